"""
Routes that measure a target from a browser: the measuring frame, and a friend's page.

The frame's document has no origin (CSP `sandbox`), no cookies and no storage, and its policy
allows only the target and ourselves. Whoever holds its token may answer once; nothing else
authorises anything, so these routes accept requests of foreign origins (see the gate).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from limits import RateLimitItemPerMinute
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language
from intake.checks import BrowserViews, FriendLink
from intake.checks.browser_requests import MAX_ANSWER_BYTES, origins_of
from intake.rate_limits import SharedLimiter
from intake.web.language import language_of_request
from intake.web.limits.gate import client_of
from intake.web.pages import Pages

LIMIT_MS: Final = 10_000  # a request without an answer by then counts as unanswered
_OWN_BYTES: Final = 64 * 1024
_OWN_BODY: Final = ("." * 63 + "\n") * (_OWN_BYTES // 64 - 1) + "." * 56 + ".intake\n"
_BY_CLIENT = RateLimitItemPerMinute(60, 10)
_SCRIPT: Final = (Path(__file__).parents[1] / "templates" / "look.js").read_text(encoding="utf-8")
_STYLE: Final = (
    ":root { color-scheme: light dark; }"
    " body { margin: 0; font: 15px/1.4 system-ui, sans-serif; color: CanvasText; }"
    " p { margin: .2rem 0; }"
)
_OVER: Final = {"used": "friend_used", "over": "friend_over"}
# The frame has no origin, so any origin may read these answers: they contain no personal data.
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}


class BrowserLookRoutes:
    """The measuring frame and its result, and a friend's page and its button."""

    def __init__(
        self,
        views: BrowserViews,
        pages: Pages,
        language: Language,
        *,
        limit_ms: int = LIMIT_MS,
        limiter: SharedLimiter | None = None,
    ) -> None:
        self._views, self._pages, self._language = views, pages, language
        self._limit_ms = limit_ms
        self._limiter = limiter or SharedLimiter(None, "looks")

    def routes(self) -> list[Route]:
        """Return every route under /look/ and /friend/."""
        return [
            Route("/look/{token}", self._frame, methods=["GET"]),
            Route("/look/{token}/own", self._own, methods=["GET"]),
            Route("/look/{token}/done", self._done, methods=["POST"]),
            Route("/friend/{token}", self._show, methods=["GET"]),
            Route("/friend/{token}", self._start, methods=["POST"]),
        ]

    async def _frame(self, request: Request) -> Response:
        look = self._views.find(request.path_params["token"])
        language = language_of_request(request, self._language)
        if look is None:
            return self._pages.missing(language)
        requests = json.dumps([[row.asked, row.url] for row in look.requests])
        response = self._pages.browser_look(
            language,
            host=look.host,
            requests=requests,
            limit_ms=self._limit_ms,
            own_bytes=_OWN_BYTES,
            # Our own files; the policy below allows exactly these texts by their hashes.
            script=Markup(_SCRIPT),  # noqa: S704 - see above
            style=Markup(_STYLE),  # noqa: S704 - see above
        )
        response.headers["Content-Security-Policy"] = look_policy(origins_of(look.requests))
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    async def _own(self, request: Request) -> Response:
        if self._views.find(request.path_params["token"]) is None:
            return PlainTextResponse("", 404, headers=_OPEN)
        return PlainTextResponse(_OWN_BODY, headers=_OPEN)

    async def _done(self, request: Request) -> Response:
        client = request.client.host if request.client else ""
        if not await run_in_threadpool(self._limiter.hit, _BY_CLIENT, client_of(request.scope)):
            return PlainTextResponse("Too many", 429, headers=_OPEN)
        answer = b""
        async for chunk in request.stream():
            answer += chunk
            if len(answer) > MAX_ANSWER_BYTES:
                return PlainTextResponse("Too large", 413, headers=_OPEN)
        token = request.path_params["token"]
        is_taken = await run_in_threadpool(self._views.finish, token, answer, client)
        return PlainTextResponse("", 204 if is_taken else 410, headers=_OPEN)

    async def _show(self, request: Request) -> Response:
        return await self._friend(request, starts=False)

    async def _start(self, request: Request) -> Response:
        return await self._friend(request, starts=True)

    async def _friend(self, request: Request, *, starts: bool) -> Response:
        """Answer a friend's page; a GET doesn't use up the link, since messengers fetch links."""
        token, language = request.path_params["token"], language_of_request(request, self._language)
        if not await run_in_threadpool(self._limiter.hit, _BY_CLIENT, client_of(request.scope)):
            return self._pages.friend_over(language, "friend_busy", status=429)
        link = await run_in_threadpool(self._views.find_link, token)
        host = await run_in_threadpool(self._views.host_of, link) if link else None
        if link is None or host is None:
            return self._pages.friend_over(language, "friend_gone", status=404)
        if link.state != "open":
            return self._pages.friend_over(language, _OVER[link.state], status=410)
        look = await self._begin(token, link) if starts else None
        if starts and look is None:
            return self._pages.friend_over(language, "friend_gone", status=404)
        return self._pages.friend(
            language, host=host, look=look, address=f"{self._pages.root}/friend/{token}"
        )

    async def _begin(self, token: str, link: FriendLink) -> str | None:
        return await run_in_threadpool(self._views.begin_friend, token, link)


def look_policy(origins: Sequence[str]) -> str:
    """Return the frame's Content-Security-Policy: no origin; requests to these and to us only."""
    named = " ".join(origins)
    rules = (
        "default-src 'none'",
        f"script-src '{_digest(_SCRIPT)}'",
        f"style-src '{_digest(_STYLE)}'",
        f"connect-src 'self' {named}",
        f"img-src {named}",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "sandbox allow-scripts",
    )
    return "; ".join(rules)


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
