"""
The gate: only known paths, small headers and bodies, and a limited number of sockets.

Streamlit answers every unknown path with its page and 200, exposes its metrics, takes any number of
sockets and stores uploads for pages that never asked for one. The gate stops all of that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Container
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake.delivery.replies.reply import MAX_BODY_BYTES
from intake.ui.client_network import client_network
from intake.ui.pages import PAGES
from intake.web.brand import PATHS as BRAND_PATHS
from intake.web.crowd.admission import Admission, OpenSocket
from intake.web.limits.origins import Origins, host_of
from intake.web.limits.request_heads import MAX_HEAD_BYTES, head_bytes, without_foreign_cookies
from intake.web.limits.uploads import UploadGate, session_of, with_timeout

_PAGES = frozenset(page.path for page in PAGES)
_PUBLIC_PATHS = frozenset(
    {
        "/staff",
        "/staff/leave",
        "/staff/name",
        "/staff/password",
        "/staff/oidc",
        "/staff/oidc/back",
        "/chat",
        "/enter",
        "/healthz",
        "/readyz",
        "/metrics",
        "/robots.txt",
        "/favicon.png",
        "/favicon.ico",
    }
)
_PLAIN_FORMS = frozenset({"/begin", "/person"})
# Prefixes of our routes; `unknown_paths` answers addresses below them that no route has.
OWN_PREFIXES = (
    "/t/",
    "/staff/tickets/",
    "/staff/checklists/",
    "/look/",
    "/friend/",
    "/workers/",
    "/desks/",
    "/api/v1/",
    "/panel/",
    "/pictures/",
    "/incident/",
    "/chat/",
)
# The measuring frame has no origin and sends "null". It is authorised by its token alone.
_WITHOUT_ORIGIN = "/look/"
# The panel's own page posts a customer's token there; the token alone authorises it.
_FROM_ANYWHERE = "/enter"
_SOCKET = "/_stcore/stream"
_CORE = frozenset({"/_stcore/health", "/_stcore/host-config"})
_BODY_LIMIT = 64 * 1024  # most of our forms are tiny; uploads have their own limits
MAX_FORM_BYTES = 160 * 1024  # 20,000 Russian letters, each as %D0%B0
MAX_ADDITION_BYTES = 11 * 1024 * 1024  # a file of 10 MB and a text, as multipart
_SHARE = 4  # a client may have a quarter of the remaining sockets, so newcomers find room

NotFound = Callable[[Scope, Receive, Send], Awaitable[None]]


def static_folder() -> Path:
    """
    Return the folder of the frontend's files.

    Raises:
        RuntimeError: Streamlit is not installed.
    """
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:  # pragma: no cover - it is a dependency
        raise RuntimeError("streamlit is not installed")
    return Path(spec.origin).parent / "static"


def client_of(scope: Scope) -> str:
    """
    Return the key of the limits that a request counts against: the address, IPv6 by its /64.

    A forwarded address is accepted from trusted proxies only; the server has applied
    INTAKE_TRUSTED_PROXIES before us.
    """
    connection = HTTPConnection(scope)
    return client_network(connection.client.host if connection.client else "unknown")


class Gate:
    """ASGI middleware in front of everything; `files` are the paths of static files."""

    def __init__(  # noqa: PLR0913 - each is another limit
        self,
        app: ASGIApp,
        *,
        not_found: NotFound,
        origins: Origins,
        uploads: UploadGate,
        files: Container[str],
        sockets: int,
        sockets_per_client: int,
        admission: Admission | None = None,
    ) -> None:
        self._app, self._not_found = app, not_found
        self._origins, self._uploads = origins, uploads
        self._sockets, self._sockets_per_client = sockets, sockets_per_client
        self._open: Counter[str] = Counter()
        self._files, self._admission = files, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on known requests within the limits, refuse the others."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        is_socket = scope["type"] == "websocket"
        # Checked on the raw headers, before anything parses a cookie.
        size, headers = head_bytes(scope["headers"]), Headers(scope=scope)
        is_ours = self._origins.allows(headers, is_socket=is_socket) or (
            not is_socket
            and headers.get("origin") == "null"
            and scope["path"].startswith(_WITHOUT_ORIGIN)
        )
        is_ours = is_ours or (not is_socket and scope["path"] == _FROM_ANYWHERE)
        scope = {**scope, "headers": without_foreign_cookies(scope["headers"])}
        if not is_socket and self._origins.is_by_https(headers):
            scope["scheme"] = "https"  # makes each cookie Secure
        if is_socket:
            await self._socket(scope, receive, send, is_ours=is_ours and size <= MAX_HEAD_BYTES)
        elif size > MAX_HEAD_BYTES:
            await PlainTextResponse("Too many headers", 431)(scope, receive, send)
        elif not is_ours:
            await PlainTextResponse("Not from another page", 403)(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        session = session_of(path)
        if session is not None:
            await self._upload(_without_origin(scope), receive, send, session)
        elif not self._is_known_path(path):
            await self._not_found(scope, receive, send)
        elif (_content_length(scope) or 0) > _body_limit(path):
            await PlainTextResponse("Too large", 413)(scope, receive, send)
        else:
            await self._app(_without_origin(scope), with_timeout(receive), send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send, session: str) -> None:
        # Only PUT brings a file.
        if scope["method"] == "PUT":
            refusal = self._uploads.refusal(session, client_of(scope), _content_length(scope))
            if refusal is not None:
                await PlainTextResponse(refusal.words, refusal.status)(scope, receive, send)
                return
        with self._uploads.count_upload(client_of(scope)):
            await self._app(scope, with_timeout(receive), send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, *, is_ours: bool) -> None:
        client, total = client_of(scope), self._open.total()
        # The more sockets are open, the smaller the share: one client can't take the last ones.
        share = min(self._sockets_per_client, max(1, (self._sockets - total) // _SHARE))
        code: int | None = None
        place: OpenSocket | None = None
        if not is_ours or scope["path"] != _SOCKET:
            code = 1008  # "policy violation" (RFC 6455, section 7.4.1)
        elif total >= self._sockets or self._open[client] >= share:
            code = 1013  # "try again later"
        elif self._admission is not None:
            place = self._admission.connect(scope)
            code = 1013 if place is None else None
        if code is not None:
            # Receive the handshake's message first; a close before "accept" answers with 403.
            await receive()
            await send({"type": "websocket.close", "code": code})
            return
        self._open[client] += 1
        watched = place.watch(_binary_only(receive)) if place else _binary_only(receive)
        try:
            await self._app(_with_origin_as_host(scope), watched, send)
        finally:
            if place is not None:
                place.close()
            self._open[client] -= 1
            if not self._open[client]:
                # A client that has gone must not stay in the table for good.
                del self._open[client]

    def _is_known_path(self, path: str) -> bool:
        return (
            path in _PAGES
            or path in BRAND_PATHS
            or path in _PUBLIC_PATHS
            or path in _PLAIN_FORMS
            or path in self._files
            or path in _CORE
            or path.startswith(OWN_PREFIXES)
        )


def _body_limit(path: str) -> int:
    if path.startswith("/t/") and path.endswith("/add"):
        return MAX_ADDITION_BYTES
    if path.startswith("/desks/"):
        return MAX_BODY_BYTES
    takes_answers = path in _PLAIN_FORMS or path.startswith("/api/")
    return MAX_FORM_BYTES if takes_answers else _BODY_LIMIT


def _content_length(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return None


def _binary_only(receive: Receive) -> Receive:
    """Allow binary messages only: Streamlit's page sends no other, and its server fails on text."""

    async def wrapped() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and message.get("bytes") is None:
            return {"type": "websocket.disconnect", "code": 1003}  # RFC 6455, section 7.4.1
        return message

    return wrapped


def _without_origin(scope: Scope) -> Scope:
    """Remove the checked Origin: Streamlit would check it again by calling a public service."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"origin"]}


def _with_origin_as_host(scope: Scope) -> Scope:
    """Set Host to that of the allowed Origin: a proxy may call us by another name."""
    origin = Headers(scope=scope).get("origin")
    if origin is None:
        return scope
    headers = [pair for pair in scope["headers"] if pair[0] != b"host"]
    return {**scope, "headers": [*headers, (b"host", host_of(origin).encode("latin-1"))]}
