"""Security headers on every response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake.ui.pages import PAGES

_STAFF = ("/staff", *(page.path for page in PAGES if page.is_for_staff))
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # the page's own styles are written at run time
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
}


def _policy(frame_ancestors: str, more: Mapping[str, Sequence[str]] | None = None) -> str:
    directives = {**_POLICY, "frame-ancestors": frame_ancestors}
    for name, sources in (more or {}).items():
        directives[name] = " ".join((directives.get(name, "'self'"), *sources))
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def policy_with(more: Mapping[str, Sequence[str]], *, frame_ancestors: Sequence[str] = ()) -> str:
    """Return our policy with more sources by directive, for a page that needs them."""
    ancestors = " ".join(("'self'", *frame_ancestors)) if frame_ancestors else "'none'"
    return _policy(ancestors, more)


CONTENT_SECURITY_POLICY = _policy("'none'")
# For a customer's file opened by staff: no scripts, no other resources.
FILE_POLICY = "default-src 'none'; sandbox"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of a draft is its key
    "X-Frame-Options": "DENY",  # for browsers from before frame-ancestors
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class SecurityHeaders:
    """ASGI middleware that adds missing security headers."""

    def __init__(
        self, app: ASGIApp, *, frame_ancestors: Sequence[str] = (), root: str = ""
    ) -> None:
        self._app, self._root = app, root
        # The host's own panel may frame customers' pages; staff pages are never framed.
        ancestors = " ".join(("'self'", *frame_ancestors))
        self._framed = _policy(ancestors) if frame_ancestors else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap `send` so that each answer starts with our headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        path = scope["path"].removeprefix(self._root)
        is_framed = self._framed is not None and not path.startswith(_STAFF)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # `setdefault`: a download has a stricter policy of its own.
                headers = MutableHeaders(scope=message)
                policy = self._framed if is_framed else None
                headers.setdefault("Content-Security-Policy", policy or CONTENT_SECURITY_POLICY)
                for name, value in _HEADERS.items():
                    # It can't name other origins, and would forbid what the policy allows.
                    if not (is_framed and name == "X-Frame-Options"):
                        headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
