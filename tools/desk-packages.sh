#!/bin/sh
# The real helpdesks of the long tests (tests/delivery/test_real_desks.py), on Debian 12, as root:
# Redmine and Znuny. 200 packages, half a gigabyte: for who works on the desks. Without them those
# tests are skipped. Request Tracker comes with `make test-long`.
set -eu
export DEBIAN_FRONTEND=noninteractive
# The tests make databases of their own; the packages shall make none and start nothing.
echo 'redmine redmine/instances/default/dbconfig-install boolean false' | debconf-set-selections
echo 'otrs2 otrs2/dbconfig-install boolean false' | debconf-set-selections
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; made=1; }
apt-get update -qq
apt-get install -y -qq --no-install-recommends redmine redmine-sqlite puma postgresql
if apt-cache show otrs2 >/dev/null 2>&1; then
  apt-get install -y -qq --no-install-recommends \
    dbconfig-no-thanks otrs2 librest-client-perl libcgi-emulate-psgi-perl libmodule-refresh-perl
else
  echo "Znuny is Debian's otrs2: add the component non-free to the package sources" >&2
fi
[ -z "${made:-}" ] || rm -f "$policy"
