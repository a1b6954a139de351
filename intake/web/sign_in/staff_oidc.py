"""
Sign-in of staff at the operator's identity provider (OpenID Connect).

What the callback needs again (state, nonce, PKCE's verifier, the page) travels in a signed cookie
of ten minutes: only the browser that began can finish the sign-in, and only once.
"""

from __future__ import annotations

import hmac
from typing import Final

import structlog
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from intake.accounts.oidc import OidcError, OidcProvider
from intake.accounts.sessions import SessionPolicy
from intake.web.access import EVERYBODY, declare
from intake.web.pages import Pages
from intake.web.sign_in.after_sign_in import FIELD, safe_staff_path
from intake.web.sign_in.staff import StaffDoor

log = structlog.get_logger(__name__)

_COOKIE: Final = "intake_sign_in"
_LASTS_S: Final = 600
START, BACK = "/staff/oidc", "/staff/oidc/back"
_MAX_CODE: Final = 4_000


class OidcRoutes:
    """`/staff/oidc` redirects to the provider, `/staff/oidc/back` is the callback."""

    def __init__(
        self,
        provider: OidcProvider,
        door: StaffDoor,
        pages: Pages,
        policy: SessionPolicy,
        *,
        key: bytes,
    ) -> None:
        self._provider, self._door, self._pages, self._policy = provider, door, pages, policy
        self._signer = URLSafeTimedSerializer(key, salt="staff-oidc")

    def routes(self) -> list[Route]:
        """Return both routes, open to everybody: the provider authenticates the person."""
        return declare(
            EVERYBODY,
            [
                Route(START, self._start, methods=["GET"]),
                Route(BACK, self._callback, methods=["GET"]),
            ],
        )

    async def _start(self, request: Request) -> Response:
        if await self._door.is_limited(request):
            return await self._door.sign_in_page(request, "too_many", status=429)
        try:
            begun = await run_in_threadpool(self._provider.begin)
        except OidcError as error:
            return await self._failed(request, error)
        place = safe_staff_path(request.query_params.get(FIELD, ""))
        response = RedirectResponse(begun.url, 303, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            _COOKIE,
            self._signer.dumps([begun.state, begun.nonce, begun.code_verifier, place]),
            max_age=_LASTS_S,
            path=self._pages.root + START,
            httponly=True,
            samesite="lax",  # the callback is a navigation from the provider's site
            secure=request.url.scheme == "https",
        )
        return response

    async def _callback(self, request: Request) -> Response:
        response = await self._end(request)
        response.delete_cookie(
            _COOKIE, path=self._pages.root + START
        )  # usable once, whatever the result
        return response

    async def _end(self, request: Request) -> Response:
        if await self._door.is_limited(request):
            return await self._door.sign_in_page(request, "too_many", status=429)
        begun = self._started_sign_in(request)
        if begun is None:
            return await self._door.sign_in_page(request, "oidc_again", status=403)
        nonce, verifier, place = begun
        code = request.query_params.get("code", "")
        if not code:  # refused by the provider or the person
            return await self._door.sign_in_page(request, "oidc_refused", status=403)
        try:
            sign_in = await run_in_threadpool(
                lambda: self._provider.finish(code[:_MAX_CODE], nonce=nonce, code_verifier=verifier)
            )
        except OidcError as error:
            return await self._failed(request, error)
        if not self._policy.roles_of(sign_in.groups):
            log.warning("an account has no role here", login=sign_in.login)
            return await self._door.sign_in_page(request, "no_role", status=403)
        return await self._door.begin_session(request, sign_in, place)

    def _started_sign_in(self, request: Request) -> tuple[str, str, str] | None:
        """Return nonce, verifier and page of the sign-in that this browser began, or None."""
        try:
            state, nonce, verifier, place = self._signer.loads(
                request.cookies.get(_COOKIE, ""), max_age=_LASTS_S
            )
        except (BadData, ValueError, TypeError):
            return None
        returned = request.query_params.get("state", "")
        is_same = hmac.compare_digest(state.encode(), returned.encode(errors="replace"))
        return (nonce, verifier, place) if is_same else None

    async def _failed(self, request: Request, error: OidcError) -> Response:
        log.warning("a sign-in at the provider failed", why=str(error))
        return await self._door.sign_in_page(request, "oidc_failed", status=502)
