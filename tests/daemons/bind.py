"""Starts a real BIND that is authoritative for a few zones."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.daemons.loopback import free_port, stop, wait_until_open
from tests.daemons.processes import Daemon

NAMED = shutil.which("named") or "/usr/sbin/named"

_CONFIG = """
options {{
  directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session.key";
  listen-on port {port} {{ {address}; }}; listen-on-v6 {{ none; }};
  recursion {recursion}; allow-query {{ any; }}; dnssec-validation no; empty-zones-enable no;
  minimal-responses no-auth-recursive;
}};
controls {{ }};
{zones}
"""
_ZONE = 'zone "{name}" {{ type primary; file "{name}.zone"; }};\n'
_HEAD = """$TTL 60
@ IN SOA ns hostmaster 1 60 60 60 60
@ IN NS ns
ns IN A 127.0.0.1
"""


class BindServer(Daemon):
    """
    A context manager that runs BIND on its own port.

    The address must belong to an interface: BIND can't listen on the rest of 127.0.0.0/8. `zones`
    are records by zone name, in zone-file text without SOA and NS; with None the zone fails to
    load and BIND answers SERVFAIL. Queries outside the zones are refused.
    """

    def __init__(
        self, zones: dict[str, str | None], address: str = "127.0.0.1", port: int | None = None
    ) -> None:
        self.port, self._address = port or free_port(), address
        self._folder = Path(tempfile.mkdtemp(prefix="bind-"))
        for name, text in zones.items():
            if text is not None:
                (self._folder / f"{name}.zone").write_text(_HEAD + text + "\n", encoding="utf-8")
        config = _CONFIG.format(
            folder=self._folder,
            port=self.port,
            address=address,
            recursion="no",
            zones="".join(_ZONE.format(name=name) for name in zones),
        )
        (self._folder / "named.conf").write_text(config, encoding="utf-8")

    @property
    def resolver(self) -> str:
        """The address and port, as in `Options.resolvers`."""
        return f"{self._address}:{self.port}"

    def __enter__(self) -> Self:
        log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [NAMED, "-g", "-4", "-n", "1", "-c", str(self._folder / "named.conf")], stderr=log
        )
        log.close()
        try:
            wait_until_open(self._address, self.port, self._process, log=str(self._folder / "log"))
            self._wait_until_loaded()
        except Exception:
            stop(self._process)
            raise
        return self

    def _wait_until_loaded(self) -> None:
        log = self._folder / "log"
        while b"all zones loaded" not in (text := log.read_bytes()) and b" running" not in text:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(text.decode())
