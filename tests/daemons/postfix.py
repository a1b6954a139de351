"""Starts a real Postfix on ports 25 and 587 of some addresses, with its own queue and data."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.daemons.certificates import CertificateFiles
from tests.daemons.loopback import wait_until_open
from tests.daemons.processes import Daemon
from tests.fakes.login_checker import LoginChecker

POSTFIX = shutil.which("postfix", path="/usr/sbin:/usr/bin")
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mx.test.example
mydestination = {domains}
mynetworks = 127.255.255.254/32
local_recipient_maps =
alias_maps =
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
maillog_file = /dev/stdout
disable_dns_lookups = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = logins
{settings}
"""
_LISTENER = "{address}:{port} inet n - n - - smtpd\n{options}"
_OPTION = "  -o {{ {name} = {value} }}\n"
_SENDING_PORT = 587
_LOGINS = {"smtpd_sasl_auth_enable": "yes"}
_MASTER = """
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
local unix - n n - - local
smtp unix - - n - - smtp
error unix - - n - - error
"""


def tls_options(certificate: CertificateFiles) -> dict[str, str]:
    """Return the parameters of a listener that offers STARTTLS with this certificate."""
    return {
        "smtpd_tls_security_level": "may",
        "smtpd_tls_cert_file": str(certificate.chain),
        "smtpd_tls_key_file": str(certificate.key),
    }


class PostfixServer(Daemon):
    """
    A context manager that runs Postfix; `domains` are those that it accepts mail for.

    `listeners` maps each of its addresses to that listener's parameters (postconf(5)); the
    addresses in `only_25` don't listen on port 587. `settings` are further lines of main.cf.
    """

    def __init__(
        self,
        domains: str,
        listeners: Mapping[str, dict[str, str]],
        *,
        settings: str = "",
        only_25: frozenset[str] = frozenset(),
    ) -> None:
        self._addresses = tuple(listeners)
        self._folder = Path(tempfile.mkdtemp(prefix="postfix-", dir="/var/tmp"))
        owner = pwd.getpwnam("postfix")
        self._folder.chmod(0o755)
        for name in ("queue", "data", "config"):
            (self._folder / name).mkdir()
        os.chown(self._folder / "data", owner.pw_uid, owner.pw_gid)
        text = _MAIN.format(folder=self._folder, domains=domains, settings=settings)
        (self._folder / "config/main.cf").write_text(text, encoding="utf-8")
        services = "".join(
            _LISTENER.format(
                address=address,
                port=port,
                options="".join(
                    _OPTION.format(name=name, value=value)
                    for name, value in (
                        options | (_LOGINS if port == _SENDING_PORT else {})
                    ).items()
                ),
            )
            for address, options in listeners.items()
            for port in ((25, 587) if address not in only_25 else (25,))
        )
        (self._folder / "config/master.cf").write_text(services + _MASTER, encoding="utf-8")

    def __enter__(self) -> Self:
        config = str(self._folder / "config")
        self._logins = LoginChecker(self._folder / "queue/logins")
        self._logins.__enter__()
        log = (self._folder / "log").open("wb")
        # In the foreground, so that it ends with the test.
        self._process = subprocess.Popen(
            [str(POSTFIX), "-c", config, "start-fg"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        try:
            for address in self._addresses:
                wait_until_open(address, 25, self._process, log=str(self._folder / "log"))
        except Exception:
            self.__exit__(None, None, None)
            raise
        return self

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        # `process` is a start script; the master process has written its own id to a file.
        pid = int((self._folder / "queue/pid/master.pid").read_text())
        os.kill(pid, signal.SIGTERM)
        process.wait(90)
        self._logins.__exit__()
