"""Assembles the ASGI application: Streamlit's pages behind our gate, and our routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from streamlit.starlette import App

from diagnostics.texts import Language
from intake.bootstrap import Services
from intake.checks.account_facts import AccountHook
from intake.checks.vmmanager import VmManager
from intake.outbox import DeskChanges
from intake.rate_limits import SharedLimiter
from intake.ui.pages import PAGES, Page
from intake.ui.uploads import is_allowed
from intake.web.access import (
    BY_CUSTOMERS_KEY,
    BY_DESKS_SIGNATURE,
    BY_OPERATORS_SETTING,
    BY_WORKERS_TOKEN,
    EVERYBODY,
    declare,
    for_staff,
    require_declared_access,
)
from intake.web.api.routes import ApiRoutes
from intake.web.brand import Brand
from intake.web.customers.browser_looks import BrowserLookRoutes
from intake.web.customers.customer_page import CustomerPage
from intake.web.customers.incidents import IncidentRoutes
from intake.web.customers.live_chat import LiveChatRoutes
from intake.web.customers.panel import AccountSource, PanelRoutes
from intake.web.customers.plain_forms import PlainForms
from intake.web.customers.ticket_conversation import ConversationRoutes
from intake.web.customers.tickets import TicketRoutes
from intake.web.files.checklists import ChecklistRoutes
from intake.web.files.pictures import PictureRoutes
from intake.web.files.shell import answer_shell
from intake.web.files.site_files import site_file_routes
from intake.web.files.static_files import Compressor, StaticFiles, find_static_files
from intake.web.language import language_of_request
from intake.web.lifespan import lifespan_of
from intake.web.limits.gate import Gate, static_folder
from intake.web.limits.headers import SecurityHeaders
from intake.web.limits.origins import Origins
from intake.web.limits.uploads import UploadGate, waiting_bytes
from intake.web.pages import Pages
from intake.web.programs.desk_replies import DeskReplyRoutes
from intake.web.programs.operators import OperatorRoutes
from intake.web.programs.probe_workers import ProbeWorkerRoutes
from intake.web.running.request_ids import RequestIds
from intake.web.running.tracing import Tracing, otlp_tracer
from intake.web.sign_in.own_password import OwnPasswordRoutes
from intake.web.sign_in.staff import Accounts, StaffDoor
from intake.web.sign_in.staff_oidc import OidcRoutes
from intake.web.sub_path import SubPath
from intake.web.unknown_paths import unknown_path_routes
from intake.wiring.staff import panel_links

log = structlog.get_logger(__name__)

ExceptionHandler = Callable[[Request, Exception], Awaitable[Response]]

PAGES_SCRIPT = Path(__file__).parent.parent / "ui" / "main.py"
ASSETS = Path(__file__).parent / "assets"
_SOCKETS = 2_000  # 75 KiB each while idle


def build_app(services: Services) -> App:
    """Build the ASGI application; its lifespan starts and stops the workers."""
    settings, brand = services.settings, Brand(services.settings)
    copies, root = settings.data / "static", settings.path_prefix
    files = find_static_files({"": static_folder(), "/assets": ASSETS}, copies)
    pages = Pages(
        settings.name,
        settings.language,
        root=root,
        brand=brand,
        zone=settings.timezone,
        panel=settings.panel_url or "",
    )
    door = _staff_door(services, pages)
    plain = PlainForms(pages, settings.language, SharedLimiter(services.engine, "plain"))
    customer_page = CustomerPage(services, pages, plain, brand)

    async def not_there(request: Request, _error: Exception | None = None) -> Response:
        return pages.missing(language_of_request(request, settings.language))

    routes = [
        *_page_routes(services, door, brand, plain, customer_page),
        *_routes(services, pages, door, brand, plain),
        *declare(
            BY_OPERATORS_SETTING,
            OperatorRoutes(services, not_there, customer_page.crowd).routes(),
        ),
    ]
    return App(
        PAGES_SCRIPT,
        lifespan=lifespan_of(services, Compressor(files.values(), copies)),
        routes=require_declared_access([*routes, *unknown_path_routes(routes, not_there)]),
        middleware=[
            # Outside of RequestIds, whose id it records.
            Middleware(Tracing, tracer=otlp_tracer("intake") if settings.tracing else None),
            Middleware(RequestIds),
            # Outside of the gate, so that its refusals have the headers as well.
            Middleware(SecurityHeaders, frame_ancestors=settings.frame_ancestors, root=root),
            Middleware(SubPath, prefix=root),
            Middleware(
                Gate,
                not_found=pages.not_found,
                origins=Origins(settings.public_url),
                uploads=UploadGate(is_allowed, waiting_bytes),
                files=files,
                sockets=_SOCKETS,
                sockets_per_client=settings.sessions_per_client,
                admission=customer_page.admission,
            ),
            Middleware(StaticFiles, files=files),
        ],
        exception_handlers={
            404: not_there,
            500: _broken(pages, settings.language),
            ClientDisconnect: _client_disconnected,
        },
    )


async def _client_disconnected(_request: Request, _gone: Exception) -> Response:
    """Answer a client that disconnected in the middle of a form: not an error of ours."""
    # Without this handler 150 bytes from anybody cost two tracebacks, 9 KB of log.
    return Response(status_code=400)


def _broken(
    pages: Pages, language: Language
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def broken(request: Request, error: Exception) -> Response:
        room = request.url.path.split("/")[1]  # the rest of a path may be a customer's key
        log.error("a request failed on our side", room=room, exc_info=error)
        return pages.broken(language_of_request(request, language))

    return broken


def _routes(
    services: Services, pages: Pages, door: StaffDoor, brand: Brand, plain: PlainForms
) -> list[BaseRoute]:
    """Return our own routes, each with its declared access."""
    language = services.settings.language
    return [
        *declare(EVERYBODY, plain.routes()),
        *declare(EVERYBODY, brand.routes()),
        *door.routes(),
        *OwnPasswordRoutes(door, _accounts(services), pages, language).routes(),
        *_provider_routes(services, pages, door),
        *_ticket_routes(services, pages, door),
        *ChecklistRoutes(services.publisher, pages, door, language).routes(),
        *_program_routes(services, pages),
        *_panel_routes(services, pages),
        *declare(
            EVERYBODY,
            IncidentRoutes(pages, language, SharedLimiter(services.engine, "incidents")).routes(),
        ),
        *declare(EVERYBODY, LiveChatRoutes(pages, language).routes()),
        *declare(EVERYBODY, PictureRoutes(lambda: services.publisher.folder.path).routes()),
        *declare(EVERYBODY, site_file_routes(services.settings.favicon)),
    ]


def _program_routes(services: Services, pages: Pages) -> list[Route]:
    """Return the routes for browsers' frames, probe workers, desks and the API."""
    engine = services.engine
    looks = BrowserLookRoutes(
        services.views, pages, services.settings.language, limiter=SharedLimiter(engine, "looks")
    )
    workers = ProbeWorkerRoutes(
        services.workers, services.worker_jobs, limiter=SharedLimiter(engine, "probe-workers")
    )
    readers = {entry.desk.name: entry.replies for entry in services.desks if entry.replies}
    replies = DeskReplyRoutes(
        readers,
        services.desk_replies,
        DeskChanges(engine),
        limiter=SharedLimiter(engine, "desk-replies"),
        wake=services.worker.wake,
    )
    api = ApiRoutes(
        services.api_tokens,
        services.api_requests,
        SharedLimiter(engine, "api"),
        address=services.settings.base_url,
    )
    return [
        *declare(BY_CUSTOMERS_KEY, looks.routes()),
        *declare(BY_WORKERS_TOKEN, workers.routes()),
        *declare(BY_DESKS_SIGNATURE, replies.routes()),
        *api.routes(),
    ]


def _panel_routes(services: Services, pages: Pages) -> list[Route]:
    settings, account_sources = services.settings, list[AccountSource]()
    if settings.account_url is not None and settings.account_secret is not None:
        secret = settings.account_secret.get_secret_value()
        account_sources.append(AccountHook(settings.account_url, secret))
    if settings.vmmanager_url is not None and settings.vmmanager_token is not None:
        token = settings.vmmanager_token.get_secret_value()
        account_sources.append(VmManager(settings.vmmanager_url, token))
    links = panel_links(settings, services.engine)
    limiter = SharedLimiter(services.engine, "panel")
    return PanelRoutes(
        links, pages, settings.language, account_sources=account_sources, limiter=limiter
    ).routes()


def _accounts(services: Services) -> Accounts:
    return Accounts(services.sessions, services.users, services.audit, services.engine)


def _staff_door(services: Services, pages: Pages) -> StaffDoor:
    return StaffDoor(
        services.staff_token,
        _accounts(services),
        pages,
        services.settings.language,
        has_provider=services.oidc is not None,
    )


def _provider_routes(services: Services, pages: Pages, door: StaffDoor) -> list[Route]:
    if services.oidc is None:
        return []
    key, policy = services.sign_in_key, services.sessions.policy
    return OidcRoutes(services.oidc, door, pages, policy, key=key).routes()


def _page_routes(
    services: Services,
    door: StaffDoor,
    brand: Brand,
    plain: PlainForms,
    customer_page: CustomerPage,
) -> list[BaseRoute]:
    settings = services.settings

    def staff_page(page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            first = plain.needs_script
            shell = answer_shell(
                request, settings.name, settings.language, brand, page.assets, first=first
            )
            return customer_page.admission.admit_staff(request, shell)

        return answer

    return [
        for_staff(door, page.right, page.path, staff_page(page))
        if page.right
        else declare(EVERYBODY, [Route(page.path, customer_page.answer)])[0]
        for page in PAGES
    ]


def _ticket_routes(services: Services, pages: Pages, door: StaffDoor) -> list[Route]:
    settings, tickets, links = services.settings, services.tickets, services.links
    additions = ConversationRoutes(
        pages,
        settings.language,
        tickets,
        links,
        default_zone=settings.timezone,
        limiter=SharedLimiter(services.engine, "additions"),
    )
    return TicketRoutes(tickets, pages, door, settings.language, links, additions).routes()
