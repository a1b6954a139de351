"""
Staff sign in by a link with a token, printed at start.

The token is compared in constant time, spent on a signed cookie, and gone from the address
with the redirect. Everything that only staff may read asks `is_staff` first.
"""

from __future__ import annotations

import hmac

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language
from intake.settings.staff_token import MIN_LENGTH
from intake.ui.staff_cookie import COOKIE, SHIFT_S, is_signed, name_in, signed
from intake.web.gate import client_of
from intake.web.language import of_request
from intake.web.pages import Pages

_ATTEMPTS = RateLimitItemPerMinute(10)


class StaffDoor:
    """
    Sign-in, sign-out, and the question whether a request is from staff.

    Raises:
        ValueError: the token is shorter than `MIN_LENGTH` characters.
    """

    def __init__(self, token: str, pages: Pages, default_language: Language) -> None:
        if len(token.strip()) < MIN_LENGTH:
            raise ValueError(f"the staff's token needs {MIN_LENGTH} characters or more")
        self._token, self._pages, self._language = token, pages, default_language
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def is_staff(self, connection: HTTPConnection) -> bool:
        """Whether the request carries our signed cookie."""
        return is_signed(connection.cookies.get(COOKIE, ""), self._token)

    def routes(self) -> list[Route]:
        """The door's own addresses."""
        return [
            Route("/staff", self._show, methods=["GET"]),
            Route("/staff", self._enter, methods=["POST"]),
            Route("/staff/leave", self._leave, methods=["POST"]),
            Route("/staff/name", self._ask_name, methods=["GET"]),
            Route("/staff/name", self._take_name, methods=["POST"]),
        ]

    def ask_to_sign_in(self, request: Request) -> Response:
        """The door instead of a page that is for staff."""
        return self._pages.sign_in(of_request(request, self._language), status=401)

    async def _show(self, request: Request) -> Response:
        token = request.query_params.get("token")
        if token is not None:
            known = name_in(request.cookies.get(COOKIE, ""), self._token)
            return self._judge(request, token, known or "")
        return self._pages.sign_in(of_request(request, self._language))

    async def _enter(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            return self._judge(request, str(form.get("token", "")), str(form.get("name", "")))

    async def _ask_name(self, request: Request) -> Response:
        name = name_in(request.cookies.get(COOKIE, ""), self._token)
        if name is None:
            return self.ask_to_sign_in(request)
        return self._pages.staff_name(of_request(request, self._language), name)

    async def _take_name(self, request: Request) -> Response:
        if not self.is_staff(request):
            return self.ask_to_sign_in(request)
        async with request.form(max_files=0, max_fields=4) as form:
            return self._let_in(request, str(form.get("name", "")))

    async def _leave(self, request: Request) -> Response:
        response = RedirectResponse(f"{self._pages.root}/staff", 303)
        if self.is_staff(request):  # a foreign page's form comes without the cookie
            response.delete_cookie(COOKIE)
        return response

    def _judge(self, request: Request, token: str, name: str) -> Response:
        language = of_request(request, self._language)
        if not self._limiter.hit(_ATTEMPTS, client_of(request.scope)):
            return self._pages.sign_in(language, "too_many", status=429)
        if not hmac.compare_digest(token.strip().encode(), self._token.encode()):
            return self._pages.sign_in(language, "wrong", status=403)
        return self._let_in(request, name)

    def _let_in(self, request: Request, name: str) -> Response:
        # 303 lets the browser GET the inbox, after a POST as well (RFC 9110, section 15.4.4).
        inbox = f"{self._pages.root}/inbox"
        response = RedirectResponse(inbox, 303, headers={"Cache-Control": "no-store"})
        # Signed with the token, so a new token signs everybody out. Lax, not strict: a link in a
        # ticket's mail must not open the sign-in for who is signed in.
        response.set_cookie(
            COOKIE,
            signed(self._token, name),
            max_age=SHIFT_S,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response
