"""A real Dovecot for one test: IMAP and POP3 at one address, in the open and in TLS."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.daemons.certificates import CertificateFiles
from tests.daemons.places import wait_until_open
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


class DovecotServer(Daemon):
    """Dovecot as a context manager."""

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
