#!/bin/sh
# The real daemons and the browser that the tests drive, and the tools that the bench compares with:
# install what is missing where that is possible, else say what to install; tests that lack one are
# skipped with the reason shown.
set -eu
missing=
need() { # need COMMAND PACKAGE
  # Daemons lie in sbin, which isn't in the PATH of an ordinary Debian user.
  PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need nginx nginx-light
need apache2 apache2-bin
need caddy caddy
need haproxy haproxy
need nghttpd nghttp2-server
need named bind9
need dnssec-signzone bind9-utils
need sshd openssh-server
need vsftpd vsftpd
need postfix postfix
need dovecot dovecot-imapd
PATH="$PATH:/usr/lib/dovecot" need pop3-login dovecot-pop3d
need opendkim opendkim
need glewlwyd glewlwyd
need php php-cli
need opendkim-genkey opendkim-tools
need chromium chromium
need certutil libnss3-tools
need nft nftables
need ip iproute2
need openssl openssl
need dig bind9-dnsutils
need ping iputils-ping
need curl curl
need promtool prometheus
PATH="$PATH:$(echo /usr/lib/postgresql/*/bin)" need postgres postgresql
# 200 packages of Perl, for the long tests alone.
[ -z "${INTAKE_LONG:-}" ] || need rt-setup-database-5 "request-tracker5 rt5-db-sqlite rt5-standalone"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing for the tests:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # The daemons are started by the tests themselves, never by the package.
  # Status 101 forbids a package to start its service (Debian's policy-rc.d).
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; made=1; }
  apt-get update -qq
  # shellcheck disable=SC2086 -- a list of packages
  apt-get install -y -qq --no-install-recommends $missing fonts-noto-core >/dev/null
  [ -z "${made:-}" ] || rm -f "$policy"
else
  echo "Some tests will be skipped. To run them: sudo apt-get install$missing" >&2
fi
