"""Starts a real nginx with a part of its configuration."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.daemons.certificates import CertificateFiles
from tests.daemons.loopback import free_address, stop, wait_until_open
from tests.daemons.processes import Daemon

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"

_CONFIG = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  default_type text/html;
  {outside}
  server {{
    {listen}
    {certificate}
    root {folder}/www;
    {inside}
  }}
}}
"""


class NginxSite(Daemon):
    """
    A context manager that runs nginx at its own address.

    `inside` is inserted in its server block, `outside` before that block, for more servers. With a
    `certificate` it listens on port 443 too. `pages` are files of its document root.
    """

    def __init__(  # noqa: PLR0913 - what a site may differ in
        self,
        inside: str = "",
        *,
        outside: str = "",
        address: str | None = None,
        certificate: CertificateFiles | None = None,
        listen: tuple[str, ...] = (),
        pages: dict[str, str] | None = None,
    ) -> None:
        self.address = address or free_address()
        self._folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        self._listen = listen or (("80",) if certificate is None else ("80", "443 ssl"))
        self._certificate = certificate
        self._write(inside, outside, {"index.html": "<title>Shop</title>Hello"} | (pages or {}))

    def _write(self, inside: str, outside: str, pages: dict[str, str]) -> None:
        (self._folder / "www").mkdir()
        for name, text in pages.items():
            (self._folder / "www" / name).write_text(text, encoding="utf-8")
        certificate = self._certificate
        config = _CONFIG.format(
            folder=self._folder,
            inside=inside,
            outside=outside.replace("ADDRESS", self.address),
            listen="\n    ".join(f"listen {self.address}:{listen};" for listen in self._listen),
            certificate=""
            if certificate is None
            else f"ssl_certificate {certificate.chain}; ssl_certificate_key {certificate.key};",
        )
        (self._folder / "nginx.conf").write_text(config, encoding="utf-8")

    def __enter__(self) -> Self:
        command = [NGINX, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            for listen in self._listen:
                port = int(listen.split()[0])
                wait_until_open(self.address, port, self._process, log=self._log())
        except Exception:
            stop(self._process)
            raise
        return self

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        super()._stop(process)
        if process.stderr:
            process.stderr.close()

    def _log(self) -> str:
        log = self._folder / "error.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def requests(self) -> list[str]:
        """Return the lines of the access log, one for each request."""
        return (self._folder / "access.log").read_text(encoding="utf-8").splitlines()
