"""Starts a real OpenDKIM that signs mail for Postfix, with a key made by opendkim-genkey."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.daemons.loopback import wait_until_open
from tests.daemons.processes import Daemon

OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin")
GENKEY = shutil.which("opendkim-genkey", path="/usr/sbin:/usr/bin")
_CONFIG = """
Socket inet:{port}@{address}
Mode s
Background no
RequireSafeKeys no
KeyTable file:{folder}/keys
SigningTable refile:{folder}/signing
InternalHosts 0.0.0.0/0
"""


class OpenDkimServer(Daemon):
    """
    A context manager that runs OpenDKIM as a milter for Postfix.

    `signing` maps a domain in From to the signing domain and the selector. `record` is the text of
    the DNS record with the public key, as opendkim-genkey wrote it.
    """

    def __init__(self, address: str, signing: dict[str, tuple[str, str]], port: int = 8891) -> None:
        self._address, self.port = address, port
        self._folder = Path(tempfile.mkdtemp(prefix="opendkim-"))
        self._make_key()
        lines = [(f"{d}-{s}", d, s) for d, s in dict.fromkeys(signing.values())]
        self._write("keys", [f"{name} {d}:{s}:{self._folder}/lab.private" for name, d, s in lines])
        self._write("signing", [f"*@{sender} {d}-{s}" for sender, (d, s) in signing.items()])
        self._write(
            "opendkim.conf", [_CONFIG.format(address=address, port=port, folder=self._folder)]
        )

    def _make_key(self) -> None:
        command = [str(GENKEY), "-b", "2048", "-s", "lab", "-d", "lab.example", "-D"]
        subprocess.run([*command, str(self._folder)], check=True)
        (self._folder / "lab.private").chmod(0o600)
        text = (self._folder / "lab.txt").read_text(encoding="ascii")
        self.record = "".join(re.findall(r'"([^"]*)"', text))

    def _write(self, name: str, lines: list[str]) -> None:
        (self._folder / name).write_text("\n".join(lines) + "\n", encoding="ascii")

    def __enter__(self) -> Self:
        config = str(self._folder / "opendkim.conf")
        self._process = subprocess.Popen(
            [str(OPENDKIM), "-f", "-x", config], stdin=subprocess.DEVNULL
        )
        wait_until_open(self._address, self.port, self._process)
        return self
