"""
What may be asked of the server at all: known paths, small bodies, so many sockets.

Streamlit answers every unknown path with its page and 200, leaves its metrics open, takes any
number of sockets and holds uploads for pages that never asked for one. All of that ends here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from intake.ui.pages import PAGES

_PAGES = frozenset(page.path for page in PAGES)
_OPEN = frozenset(
    {"/staff", "/staff/leave", "/healthz", "/readyz", "/robots.txt", "/favicon.png", "/favicon.ico"}
)
_OWN = ("/t/", "/staff/tickets/", "/staff/checklists/", "/assets/")
_CORE = ("/_stcore/health", "/_stcore/stream", "/_stcore/host-config", "/_stcore/upload_file/")
_UPLOADS = RateLimitItemPerMinute(60, 10)
_BODY_LIMIT = 64 * 1024  # our own forms are tiny; uploads have Streamlit's own limit

NotFound = Callable[[Scope, Receive, Send], Awaitable[None]]


def static_folder() -> Path:
    """Where the frontend's files lie."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:  # pragma: no cover - it is a dependency
        raise RuntimeError("streamlit is not installed")
    return Path(spec.origin).parent / "static"


def client_of(scope: Scope) -> str:
    """
    Whose limits a request counts against: the address, IPv6 by its /64.

    A forwarded address is believed from the trusted proxies only; the server has judged that
    before us (INTAKE_TRUSTED_PROXIES).
    """
    connection = HTTPConnection(scope)
    host = connection.client.host if connection.client else "unknown"
    return ":".join(host.split(":")[:4]) if ":" in host else host


class Gate:
    """ASGI middleware in front of everything."""

    def __init__(
        self, app: ASGIApp, *, not_found: NotFound, sockets: int, sockets_per_client: int
    ) -> None:
        self._app, self._not_found = app, not_found
        self._sockets, self._sockets_per_client = sockets, sockets_per_client
        self._open: Counter[str] = Counter()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        root = static_folder()
        self._static = frozenset(
            f"/{file.relative_to(root).as_posix()}" for file in root.rglob("*") if file.is_file()
        ) - {"/index.html"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is known and within its limits."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not self._knows(path):
            await self._not_found(scope, receive, send)
        elif path.startswith("/_stcore/upload_file/"):
            await self._upload(scope, receive, send)
        elif _announced_size(scope) > _BODY_LIMIT:
            await PlainTextResponse("Too large", 413)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "PUT" and not self._limiter.hit(_UPLOADS, client_of(scope)):
            await PlainTextResponse("Too many files at once", 429)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = client_of(scope)
        full = self._open.total() >= self._sockets
        if full or self._open[client] >= self._sockets_per_client:
            await receive()
            await send({"type": "websocket.close", "code": 1013})  # "try again later"
            return
        self._open[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    def _knows(self, path: str) -> bool:
        return (
            path in _PAGES
            or path in _OPEN
            or path in self._static
            or path.startswith(_OWN)
            or path.startswith(_CORE)
        )


def _announced_size(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def fingerprint(secret: str) -> str:
    """A secret's name for logs: the first 12 characters of its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()[:12]
