"""
Web servers with all kinds of faults on loopback: nginx, scripted servers, OpenSSL's, and BIND.

Each site has an address of 127.90.0.0/16, or of another network on the loopback device, in the
world's own network namespace, and a name under `lab.example`. A case's target has its site's name
in braces.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from diagnostics import Options
from tests.daemons.bind import BindServer
from tests.daemons.certificates import Authority, CertificateFiles
from tests.daemons.loopback import stop, wait_until_open
from tests.daemons.nginx import NGINX
from tests.fakes.hostile_http import Behaviour, HostileServer
from tests.lab.built_world import BuiltWorld
from tests.lab.model import add_addresses, own_network

ZONE = "lab.example"
OTHER_ZONE = "other-domain.example"  # its names lead to the site "casino"
_CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; default_type text/html; large_client_header_buffers 4 16k;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  limit_req_zone $binary_remote_addr$server_addr zone=mild:64k rate=2r/s;
  limit_req_zone $server_name zone=few:64k rate=1r/m; limit_req_status 429;
  upstream half {{
    server unix:{folder}/nobody max_fails=0; server unix:{folder}/whole max_fails=0; }}
  server {{ listen unix:{folder}/whole;
    location / {{ return 200 "<h1>Mill</h1><p>Pots by post."; }} }}
  proxy_read_timeout 1s; proxy_connect_timeout 1s; ssl_session_cache off;
  {servers}
}}
"""
_SERVER = """
server {{ {listen} server_name _; root {root}; {certificate}
  {inside} }}
"""


@dataclass(frozen=True)
class Site:
    """
    One site: nginx with `inside` in its server block, or a scripted server.

    With a `certificate` it listens on port 443 too; `pages` are its files; `records` replaces the
    records of its name, `more_records` adds to them.
    """

    inside: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    behaviour: Behaviour | None = None
    ports: tuple[int, ...] = (80,)
    listen: tuple[str, ...] = ()
    certificate: Callable[[Authority, str], CertificateFiles] | None = None
    command: Callable[[str, CertificateFiles], list[str]] | None = None
    records: str | None = None
    more_records: str = ""


class WebWorld(BuiltWorld):
    """All sites; the whole lab diagnoses `at_once` of them in parallel."""

    at_once = 4

    def __init__(self, sites: dict[str, Site], network: str = "127.90") -> None:
        super().__init__()
        self._sites, self._network = sites, network
        self.folder = Path(tempfile.mkdtemp(prefix="web-lab-"))
        self.addresses = {
            name: f"{network}.{number // 200}.{number % 200 + 1}"
            for number, name in enumerate(sites)
        }
        self.places = {name: f"{name}.{ZONE}" for name in sites}
        self.places |= {f"{name}_ip": address for name, address in self.addresses.items()}
        self.authority = Authority(self.folder, "Lab Root")
        self.options = Options()

    def _build(self) -> None:
        self._stack.enter_context(own_network())
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        names_at = "127.0.0.1"
        if not self._network.startswith("127."):
            names_at = f"{self._network}.255.1"
            add_addresses(names_at, *self.addresses.values())
        files = {
            name: site.certificate(self.authority, f"{name}.{ZONE}")
            for name, site in self._sites.items()
            if site.certificate
        }
        for name, site in self._sites.items():
            if site.behaviour is not None:
                server = HostileServer(site.behaviour, site.ports, self.addresses[name])
                self._stack.enter_context(server)
            if site.command is not None:
                self._start(site.command(self.addresses[name], files[name]), name, 443)
        self._start_nginx(files)
        zones: dict[str, str | None] = {ZONE: self._zone(), OTHER_ZONE: self._other_zone()}
        bind = self._stack.enter_context(BindServer(zones, names_at))
        self.options = Options(
            allow_networks=(ip_network(f"{self._network}.0.0/16"),),
            resolvers=(bind.resolver,),
            ca_file=self.authority.file,
        )

    def _zone(self) -> str:
        return "\n".join(
            site.records.format_map(self.addresses)
            if site.records is not None
            else f"{name} IN A {self.addresses[name]}\n{site.more_records}"
            for name, site in self._sites.items()
        )

    def _other_zone(self) -> str:
        address = self.addresses.get("casino", "127.90.255.1")
        return f"@ IN A {address}\n* IN A {address}"

    def _start_nginx(self, files: dict[str, CertificateFiles]) -> None:
        servers = [
            self._server(name, site, files.get(name))
            for name, site in self._sites.items()
            if site.behaviour is None and site.command is None and site.records is None
        ]
        config = _CONFIG.format(folder=self.folder, servers="".join(servers))
        (self.folder / "nginx.conf").write_text(config, encoding="utf-8")
        first = next(n for n, s in self._sites.items() if not s.behaviour and not s.command)
        command = [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        self._start(command, first, 80)

    def _server(self, name: str, site: Site, files: CertificateFiles | None) -> str:
        root = self.folder / "www" / name
        root.mkdir(parents=True)
        pages = {"index.html": "<title>Shop</title><h1>Shop</h1>Hello."} | site.pages
        for page, text in pages.items():
            if text:
                (root / page).write_text(text, encoding="utf-8")
        listen = site.listen or (("80", "443 ssl") if files else ("80",))
        inside = site.inside.replace("ISSUER", str(self.folder))
        inside = inside.replace("ROOT", str(self.authority.file))
        if files and "STAPLE" in inside:
            staple = self.authority.staple(files, is_revoked="REVOKED" in inside)
            inside = inside.replace("STAPLE", str(staple)).replace("REVOKED", "")
        for other, address in self.addresses.items():
            inside = inside.replace(f"@{other}@", address)
        return _SERVER.format(
            listen=" ".join(f"listen {self.addresses[name]}:{one};" for one in listen),
            root=root,
            certificate=f"ssl_certificate {files.chain}; ssl_certificate_key {files.key};"
            if files
            else "",
            inside=inside,
        )

    def _start(self, command: list[str], name: str, port: int) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
        )
        log.close()
        self._stack.callback(stop, process)
        try:
            wait_until_open(self.addresses[name], port, process)
        except RuntimeError as error:
            raise RuntimeError((self.folder / f"{name}.log").read_text()) from error
