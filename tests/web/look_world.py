"""A draft whose check has ended, the addresses at which browsers look, and a site to look at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware

from diagnostics import Options, Report, diagnose, read_target
from intake.authoring.loader import load_checklist
from intake.checks import BrowserViews, CheckStorage, FamilyUrls, ViewStore
from intake.database import migrate, open_database, utc_now
from intake.drafts import DraftStore
from intake.journey import Checklist
from intake.journey.draft import CheckRun, Draft
from intake.tickets import TicketStore
from intake.web.customers.browser_looks import BrowserLookRoutes
from intake.web.files.static_files import StaticFiles
from intake.web.limits.gate import Gate
from intake.web.limits.headers import SecurityHeaders
from intake.web.limits.origins import Origins
from intake.web.limits.uploads import UploadGate
from intake.web.pages import Pages
from tests.daemons.certificates import CertificateFiles
from tests.fakes.http_server import LoopbackServer, QuietHandler

STEP = "web"
PAGE = (
    b"<html><head><title>Shop</title></head><body><h1>Shop</h1><p>Open all day.</p></body></html>"
)


class Site(LoopbackServer):
    """A customer's site on loopback that notes what it is asked; `answer` may be replaced."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__(_Handler, host)
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.page, self.status = PAGE, 200
        self.files: dict[str, bytes] = {}
        self.cut_bytes: int | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"{self.origin}/"

    def set_page(self, page: bytes) -> None:
        self.page = page


class _Handler(QuietHandler):
    server: Site

    def do_GET(self) -> None:
        site = self.server
        site.asked.append(self.path)
        body = site.files.get(self.path, site.page)
        kind = "text/javascript" if self.path.endswith(".js") else "text/html"
        self.send_response(site.status)
        for name, value in {"Content-Type": kind, **site.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: site.cut_bytes])
        self.wfile.flush()
        if site.cut_bytes is not None and site.cut_bytes < len(body):
            site.is_over.wait(120)


@dataclass
class Clock:
    """A clock that a test moves."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class LookWorld:
    """One customer's draft with an ended check of a site, in a database of its own."""

    def __init__(  # noqa: PLR0913 - what an operator may choose
        self,
        engine: Engine,
        text: str,
        *,
        limit_ms: int = 10_000,
        options: Options | None = None,
        families: FamilyUrls | None = None,
        page_scheme: str = "http",
    ) -> None:
        self.clock, self.text = Clock(), text
        port = urlsplit(text).port or 80
        self.options = options or Options(
            allow_networks=_LOOPBACK, http_ports=frozenset({80, 443, port})
        )
        self.drafts = DraftStore(engine)
        self.store = store = ViewStore(engine, clock=self.clock)
        self.storage = storage = CheckStorage(
            self.drafts, TicketStore(engine), store, self.options, updated=lambda: None
        )
        self.views = BrowserViews(
            self.drafts,
            store,
            storage,
            self.options,
            families=families or FamilyUrls(),
            page_scheme=page_scheme,
            is_on=True,
            clock=self.clock,
        )
        self.token, self.draft_id = self.drafts.create(_checklist(), Draft(language="en"))
        # The same site was measured for another test already: nothing of it has changed.
        if text not in _REPORTS:
            _REPORTS[text] = self.measure()
        self.save(_REPORTS[text])
        pages = Pages("AcmeHost", "en")
        routes = BrowserLookRoutes(self.views, pages, "en", limit_ms=limit_ms)
        self.app = Starlette(
            routes=routes.routes(),
            middleware=[
                Middleware(SecurityHeaders),
                Middleware(
                    Gate,
                    not_found=pages.not_found,
                    origins=Origins(None),
                    uploads=UploadGate(lambda _: False, lambda: 0),
                    files={},
                    sockets=10,
                    sockets_per_client=10,
                ),
                Middleware(StaticFiles, files={}),
            ],
        )

    def measure(self) -> Report:
        """Diagnose the site as our server does, and keep it as the draft's ended check."""
        target = read_target(self.text, self.options).target
        report = diagnose(target, options=self.options).report
        self.save(report)
        return report

    def save(self, report: Report) -> None:
        run = CheckRun(
            step=STEP,
            target=self.text,
            state="done",
            started_at=datetime.now(UTC),
            facts=report.facts(),
            report=report.model_dump(mode="json"),
        )
        self.drafts.save_check(self.draft_id, run)

    @property
    def run(self) -> CheckRun:
        stored = self.drafts.get(self.draft_id)
        assert stored is not None
        return stored.draft.checks[STEP]

    @property
    def report(self) -> Report:
        return Report.model_validate(self.run.report)

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.report.findings]

    def look(self, client: str = "198.51.100.4") -> str:
        token = self.views.token_for(self.draft_id, self.run, client)
        assert token is not None
        return token

    def friend(self) -> str:
        return self.views.open_link(self.token, self.draft_id, STEP)


@contextmanager
def served(
    app: Starlette,
    host: str = "127.0.0.1",
    *,
    port: int = 0,
    certificate: CertificateFiles | None = None,
) -> Iterator[str]:
    """The application behind a real server; gives its address. A proxy of the test is believed."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="error",
        lifespan="off",
        forwarded_allow_ips="*",
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"{'https' if certificate else 'http'}://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(60)


@cache
def _checklist() -> Checklist:
    return load_checklist("site-down")


def new_database(folder: Path) -> Engine:
    """A database for all tests of a module: each makes a draft of its own."""
    engine = open_database(f"sqlite:///{folder}/looks.sqlite3")
    migrate(engine)
    return engine


_LOOPBACK = (ip_network("127.0.0.0/8"),)
_REPORTS: dict[str, Report] = {}
