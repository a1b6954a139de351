"""Starts a real Dovecot: IMAP and POP3 with and without TLS, or its quota service."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.daemons.certificates import CertificateFiles
from tests.daemons.loopback import wait_until_open
from tests.daemons.processes import Daemon

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = {address}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_dh =
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password=x
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={folder}/home
}}
"""


_QUOTA_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols =
ssl = no
first_valid_uid = 1
mail_plugins = quota
mail_location = maildir:{folder}/%n
passdb {{
  driver = static
  args = password=x
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={folder}/%n
}}
service quota-status {{
  executable = quota-status -p postfix
  inet_listener {{
    address = {address}
    port = {port}
  }}
}}
plugin {{
  quota = maildir:mail
  quota_rule = *:bytes=1000
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = "552 5.2.2 Mailbox is full"
}}
"""


class DovecotQuotas(Daemon):
    """A context manager that runs Dovecot's quota policy service; every mailbox is full."""

    def __init__(self, address: str, port: int = 12340) -> None:
        self._address, self.port = address, port
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        for name in ("postmaster/cur", "postmaster/new", "postmaster/tmp"):
            (self._folder / name).mkdir(parents=True)
        (self._folder / "postmaster/cur/1.big:2,S").write_text("Subject: big\n\n" + "x" * 5000)
        subprocess.run(["chown", "-R", "dovecot:dovecot", str(self._folder)], check=True)
        self._folder.chmod(0o755)
        text = _QUOTA_CONFIG.format(folder=self._folder, address=address, port=port)
        (self._folder / "dovecot.conf").write_text(text, encoding="utf-8")

    def __enter__(self) -> Self:
        config = str(self._folder / "dovecot.conf")
        self._process = subprocess.Popen(
            [str(DOVECOT), "-F", "-c", config], stdin=subprocess.DEVNULL
        )
        log = str(self._folder / "log")
        wait_until_open(self._address, self.port, self._process, log=log)
        return self


class DovecotServer(Daemon):
    """A context manager that runs Dovecot with IMAP, IMAPS and POP3 at one address."""

    def __init__(self, address: str, certificate: CertificateFiles) -> None:
        self._address = address
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._folder.chmod(0o755)
        text = _CONFIG.format(
            folder=self._folder,
            address=address,
            certificate=certificate.chain,
            key=certificate.key,
        )
        (self._folder / "dovecot.conf").write_text(text, encoding="utf-8")

    def __enter__(self) -> Self:
        config = str(self._folder / "dovecot.conf")
        self._process = subprocess.Popen(
            [str(DOVECOT), "-F", "-c", config], stdin=subprocess.DEVNULL
        )
        for port in (143, 110, 993):
            wait_until_open(self._address, port, self._process, log=str(self._folder / "log"))
        return self
