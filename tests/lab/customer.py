"""
The customer's side: real sites, a real Chromium at home, and the network between them.

Each case has its own site. The server diagnoses it; then the page in the product's frame tries it
from the customer's browser and, if the case has a friend, from the friend's.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from diagnostics import Options
from intake.checks import FamilyUrls
from tests.daemons.bind import BindServer
from tests.daemons.certificates import Authority, CertificateFiles
from tests.daemons.nginx import NGINX
from tests.daemons.processes import running
from tests.lab import customer_network as net
from tests.lab.built_world import BuiltWorld
from tests.lab.customer_browsers import Browsers
from tests.lab.model import Case, Outcome
from tests.web.look_world import LookWorld, new_database, served

ZONE = "customer.example"
LIMIT_MS = 6_000
DAY_MS = 86_400_000
_FIRST_PORT = 8100
_CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; default_type text/html;
  types {{ text/html html; text/javascript js; image/x-icon ico; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; proxy_buffering off;
  ssl_session_cache off; root {folder}/www;
  {servers}
}}
"""
_SERVER = "server {{ {listen} {certificate} {inside} }}\n"
_PAGE = (
    "<title>Shop</title><h1>Shop</h1><p>Open all day.</p><a href=/about>About</a>"
    "<a href=/terms>Terms</a><script src=/shop.js></script>"
)
_PROXY = "proxy_pass http://{own}; proxy_set_header X-Forwarded-For $remote_addr;"
_SCRIPT = "// A line of the shop's script, long enough to be cut.\n" * 2_000
_ICON = bytes.fromhex(  # one pixel, GIF
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)


@dataclass(frozen=True)
class Home:
    """
    A customer's network and browser, and the site that they can or can't open.

    In `at_home` (the records of the home's resolver), `records` and `rules`, {ip} and {ip6} are the
    site's addresses, {old}, {silent} and {refusing} other servers; `rules` are nftables rules for
    the home's packets only. `inside` is inserted in the site's server block; `portal` is a captive
    portal's answer to the frame's request to the product. `blocked` are URLs that an extension
    blocks, with {name} for the site. `page` is the scheme of the wizard's URL.
    """

    inside: str = ""
    is_secure: bool = True
    records: str = "A {ip}"
    at_home: str | None = None
    hosts: str = ""
    rules: tuple[str, ...] = ()
    is_trusted: bool = True
    ahead_days: int = 0
    blocked: tuple[str, ...] = ()
    portal: str = ""
    has_friend: bool = False
    remembers_https: bool = False
    family_names: bool = False
    page: str = "http"


@dataclass
class _Place:
    """The name, port and addresses of a case's site."""

    number: int
    home: Home
    certificate: CertificateFiles | None = None

    @property
    def name(self) -> str:
        return f"site{self.number}.{ZONE}"

    @property
    def port(self) -> int:
        return _FIRST_PORT + self.number

    def fill(self, text: str) -> str:
        return text.format(
            ip=net.address(self.number),
            ip6=net.address6(self.number),
            old=net.OLD,
            silent=net.SILENT,
            refusing=net.REFUSING,
        )


class CustomerWorld(BuiltWorld):
    """Every site and both browsers; the whole lab diagnoses `at_once` sites in parallel."""

    at_once = 6

    def __init__(self, homes: Mapping[str, Home]) -> None:
        self._places = {name: _Place(n, home) for n, (name, home) in enumerate(homes.items(), 1)}
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="customer-lab-"))
        self._folder.chmod(0o755)
        self.options = Options()

    def _build(self) -> None:
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        places = self._places.values()
        rules = [place.fill(rule) for place in places for rule in place.home.rules]
        hosts = "\n".join(f"{p.fill(p.home.hosts)} {p.name}" for p in places if p.home.hosts)
        numbers = [place.number for place in places]
        names = self._stack.enter_context(net.customers_networks(rules, hosts, numbers))
        trusted = Authority(_folder(self._folder / "trusted"), "Known Root")
        unknown = Authority(_folder(self._folder / "unknown"), "Other Root")
        both = self._folder / "roots.pem"
        both.write_bytes(trusted.file.read_bytes() + unknown.file.read_bytes())
        self._issue(trusted, unknown)
        self._serve(trusted.issue("other-shop.example"))
        for address, is_home in ((net.TRUE_NAMES, False), (net.HOME_NAMES, True)):
            zone: dict[str, str | None] = {ZONE: self._zone(is_home=is_home)}
            self._stack.enter_context(BindServer(zone, address, 53))
        self.options = Options(
            allow_networks=tuple(ip_network(one) for one in net.NETWORKS),
            resolvers=(f"{net.TRUE_NAMES}:53",),
            ca_file=both,
        )
        self._own = trusted.issue(net.PRODUCT)
        self._engine = new_database(self._folder)
        self._browsers = self._stack.enter_context(Browsers(names, self._folder, trusted))

    def _issue(self, trusted: Authority, unknown: Authority) -> None:
        for place in self._places.values():
            home = place.home
            if home.is_secure or home.remembers_https:
                authority = trusted if home.is_trusted else unknown
                place.certificate = authority.issue(place.name)

    def _zone(self, *, is_home: bool) -> str:
        return "\n".join(self._records(is_home=is_home))

    def _records(self, *, is_home: bool) -> Iterator[str]:
        for place in self._places.values():
            home = place.home
            texts = home.records if not is_home or home.at_home is None else home.at_home
            for text in filter(None, place.fill(texts).split("; ")):
                yield f"site{place.number} IN {text}"
        # The operator's names with a single address family lead to the product's host.
        yield f"four IN A {net.PRODUCT}"
        for place in self._places.values():
            yield f"six{place.number} IN AAAA {net.address6(place.number)}"

    def _serve(self, other: CertificateFiles) -> None:
        www = _folder(self._folder / "www")
        (www / "index.html").write_text(_PAGE)
        (www / "shop.js").write_text(_SCRIPT)
        (www / "favicon.ico").write_bytes(_ICON)
        old = "return 200 '<title>Old shop</title>';"
        servers = [_server((f"{net.OLD}:80", f"{net.OLD}:443 ssl"), other, old)]
        for place in self._places.values():
            servers.append(_site(place))
            if place.home.portal:
                own = f"{net.PRODUCT}:{place.port}"
                proxy = _PROXY.format(own=own)
                inside = f"location ~ /own$ {{ {place.home.portal} }} location / {{ {proxy} }}"
                servers.append(_server((f"{net.PORTAL}:{place.port}",), None, inside))
        config = _CONFIG.format(folder=self._folder, servers="".join(servers))
        (self._folder / "nginx.conf").write_text(config, encoding="utf-8")
        command = [NGINX, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        log = self._folder / "nginx.log"
        self._stack.enter_context(running(command, net.OLD, 80, log))

    def run(self, case: Case) -> Outcome:
        """Diagnose, measure from the browsers, and conclude again, as the wizard does."""
        place = self._places[case.name]
        with self._product(place) as (world, address):
            if place.home.has_friend:
                friend = f"{address}/friend/{world.friend()}"
                self._browsers.look("mobile", lambda: friend, presses=True)
            # Browsers block http requests from a page that was loaded over https.
            if place.home.is_secure or place.home.page == "http":
                self._look_from_home(place, world, address)
            return Outcome(case, world.report)

    def _look_from_home(self, place: _Place, world: LookWorld, address: str) -> None:
        home = place.home
        via = address.replace(net.PRODUCT, net.PORTAL) if home.portal else address

        def find() -> str:
            if home.remembers_https:
                net.close_https(net.address(place.number))
                world.measure()
            return f"{via}/look/{world.look(net.HOME)}"

        self._browsers.look(
            "home",
            find,
            before=f"https://{place.name}/" if home.remembers_https else "",
            ahead_ms=home.ahead_days * DAY_MS,
            blocked=tuple(text.format(name=place.name) for text in home.blocked),
        )

    @contextmanager
    def _product(self, place: _Place) -> Iterator[tuple[LookWorld, str]]:
        home = place.home
        scheme = "https" if home.is_secure else "http"
        families = FamilyUrls()
        if home.family_names:
            host = f"four.{ZONE}:{place.port}"
            families = FamilyUrls(f"http://{host}/", f"http://six{place.number}.{ZONE}/")
        world = LookWorld(
            self._engine,
            f"{scheme}://{place.name}/",
            limit_ms=LIMIT_MS,
            options=self.options,
            families=families,
            page_scheme=home.page,
        )
        certificate = self._own if home.page == "https" else None
        with served(world.app, net.PRODUCT, port=place.port, certificate=certificate) as address:
            yield world, address


def _site(place: _Place) -> str:
    hosts = (net.address(place.number), f"[{net.address6(place.number)}]")
    listen = [f"{host}:80" for host in hosts]
    if place.certificate:
        listen += [f"{host}:443 ssl" for host in hosts]
    return _server(tuple(listen), place.certificate, place.home.inside)


def _server(listen: tuple[str, ...], certificate: CertificateFiles | None, inside: str) -> str:
    return _SERVER.format(
        listen=" ".join(f"listen {one};" for one in listen),
        certificate=f"ssl_certificate {certificate.chain}; ssl_certificate_key {certificate.key};"
        if certificate
        else "",
        inside=inside,
    )


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
