"""
Sign-in of staff by password or printed link, sign-out, and the account of a request.

The browser gets a session token in a cookie; the session is in the database, so it ends
everywhere at once. The printed link has its token behind the `#`, which browsers don't send; a
script puts it into the form. Everything that only staff may read checks `account`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language
from intake.accounts.audit import AuditLog
from intake.accounts.rights import Account, Right
from intake.accounts.sessions import LINK, USER, SessionStore, SignIn
from intake.accounts.users import UserStore
from intake.rate_limits import SharedLimiter
from intake.settings.staff_token import MIN_LENGTH
from intake.ui.staff_cookie import COOKIE
from intake.web.access import EVERYBODY, declare
from intake.web.language import language_of_request
from intake.web.limits.gate import client_of
from intake.web.pages import Pages
from intake.web.sign_in.after_sign_in import FIELD, requested_staff_path, safe_staff_path

_BY_CLIENT: Final = RateLimitItemPerMinute(10)
# Limits guesses at one login from many addresses; a correct password isn't counted.
_BY_LOGIN: Final = RateLimitItemPerHour(20)
_MAX_FIELD: Final = 2_000


@dataclass(frozen=True)
class Accounts:
    """The stores for signing in: sessions, local users, and the audit log."""

    sessions: SessionStore
    users: UserStore
    audit: AuditLog
    engine: Engine | None = None  # where attempts are counted; None: in this process only


@dataclass(frozen=True)
class _RefusedSignIn:
    """A refused sign-in: the suffix of the text's key, and the HTTP status."""

    problem: str
    status: int


class StaffDoor:
    """
    Sign-in, sign-out, and the account of a request.

    Raises:
        ValueError: the token is shorter than `MIN_LENGTH` characters.
    """

    def __init__(
        self,
        token: str,
        accounts: Accounts,
        pages: Pages,
        default_language: Language,
        *,
        has_provider: bool = False,
    ) -> None:
        if len(token.strip()) < MIN_LENGTH:
            raise ValueError(f"the staff's token needs {MIN_LENGTH} characters or more")
        self._token, self._accounts = token, accounts
        self._pages, self._language = pages, default_language
        self._has_provider = has_provider
        self._limiter = SharedLimiter(accounts.engine, "staff")

    async def account(self, connection: HTTPConnection) -> Account | None:
        """Return the staff account of a request, or None for a stranger."""
        cookie = connection.cookies.get(COOKIE, "")
        return await run_in_threadpool(self._accounts.sessions.account, cookie) if cookie else None

    async def refusal(self, request: Request, right: Right) -> Response | None:
        """Return the response that refuses a request without the right, or None."""
        account = await self.account(request)
        if account is None:
            return await self.sign_in_page(request, status=401)
        if not account.may(right):
            return self._pages.not_permitted(
                language_of_request(request, self._language), account.name
            )
        return None

    def routes(self) -> list[Route]:
        """Return the sign-in routes; their handlers check the account themselves."""
        return declare(
            EVERYBODY,
            [
                Route("/staff", self._show, methods=["GET"]),
                Route("/staff", self._enter, methods=["POST"]),
                Route("/staff/leave", self._ask_to_leave, methods=["GET"]),
                Route("/staff/leave", self._leave, methods=["POST"]),
                Route("/staff/name", self._ask_name, methods=["GET"]),
                Route("/staff/name", self._take_name, methods=["POST"]),
            ],
        )

    async def sign_in_page(
        self, request: Request, problem: str = "", *, status: int = 200, place: str = ""
    ) -> Response:
        """
        Return the sign-in page with the available methods.

        It leads to `place`, or else to the page that was requested.
        """
        return self._pages.sign_in(
            language_of_request(request, self._language),
            problem,
            status=status,
            place=place or requested_staff_path(request),
            has_users=await run_in_threadpool(self._accounts.users.exist),
            has_link=self._accounts.sessions.policy.link_token is not None,
            has_provider=self._has_provider,
        )

    async def begin_session(self, request: Request, sign_in: SignIn, place: str = "") -> Response:
        """Begin a session and redirect to `place`, a staff page, or to the inbox."""
        token = await run_in_threadpool(self._begin, sign_in, request.cookies.get(COOKIE, ""))
        response = self._redirect_inside(place)
        # Lax, not strict: a link in a mail must not lead signed-in staff to the sign-in page.
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(self._accounts.sessions.policy.longest.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def _redirect_inside(self, place: str) -> Response:
        # 303 lets the browser GET the page, after a POST as well (RFC 9110, section 15.4.4).
        address = f"{self._pages.root}{safe_staff_path(place) or '/inbox'}"
        return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})

    async def is_limited(self, request: Request) -> bool:
        """Count an attempt to sign in; return whether this client has made too many."""
        client = client_of(request.scope)
        return not await run_in_threadpool(self._limiter.hit, _BY_CLIENT, "client", client)

    def _begin(self, sign_in: SignIn, old: str) -> str:
        if old:  # a token from before the sign-in must not stay valid (session fixation)
            self._accounts.sessions.end(old)
        token = self._accounts.sessions.begin(sign_in)
        self._accounts.audit.add("sign-in", sign_in.kind, login=sign_in.login, name=sign_in.name)
        return token

    async def _show(self, request: Request) -> Response:
        token = request.query_params.get("token")
        if token is not None:
            # A link of an earlier release: move the token out of the query, without checking it.
            return self._pages.redirect_with_token(token)
        if await self.account(request) is not None:  # a bookmark: signed-in staff want the inbox
            query = request.url.query  # the language
            return self._redirect_inside(f"/inbox?{query}" if query else "")
        return await self.sign_in_page(request)

    async def _enter(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            fields = {name: str(value)[:_MAX_FIELD] for name, value in form.items()}
        place = safe_staff_path(fields.get(FIELD, ""))
        sign_in = await self._judge(request, fields)
        if isinstance(sign_in, _RefusedSignIn):
            return await self.sign_in_page(
                request, sign_in.problem, status=sign_in.status, place=place
            )
        return await self.begin_session(request, sign_in, place)

    async def _judge(self, request: Request, fields: Mapping[str, str]) -> SignIn | _RefusedSignIn:
        if await self.is_limited(request):
            return _RefusedSignIn("too_many", 429)
        if "login" in fields:
            return await self._by_password(fields["login"], fields.get("password", ""))
        return await self._by_token(request, fields.get("token", ""), fields.get("name", ""))

    async def _by_password(self, login: str, password: str) -> SignIn | _RefusedSignIn:
        key = login.strip().lower()[:64]
        # Counted before the check: a hundred parallel attempts count as a hundred.
        if not await run_in_threadpool(self._limiter.hit, _BY_LOGIN, "login", key):
            return _RefusedSignIn("too_many_login", 429)
        user = await run_in_threadpool(self._accounts.users.verify, login, password)
        if user is None:
            return _RefusedSignIn("wrong_password", 403)
        await run_in_threadpool(self._limiter.give_back, _BY_LOGIN, "login", key)
        return SignIn(USER, user.login, user.name)

    async def _by_token(self, request: Request, token: str, name: str) -> SignIn | _RefusedSignIn:
        if self._accounts.sessions.policy.link_token is None:
            return _RefusedSignIn("no_link", 403)
        if not hmac.compare_digest(token.strip().encode(errors="replace"), self._token.encode()):
            return _RefusedSignIn("wrong", 403)
        if not name:  # the printed link opened again: keep the name of this browser's user
            known = await self.account(request)
            name = known.name if known is not None and known.is_by_link else ""
        return SignIn(LINK, LINK, name)

    async def _ask_name(self, request: Request) -> Response:
        account = await self.account(request)
        if account is None:
            return await self.sign_in_page(request, status=401)
        if not account.is_by_link:  # a user account already has a name
            return RedirectResponse(f"{self._pages.root}/inbox", 303)
        place = safe_staff_path(request.query_params.get(FIELD, ""))
        return self._pages.staff_name(
            language_of_request(request, self._language), account.name, place
        )

    async def _take_name(self, request: Request) -> Response:
        if await self.account(request) is None:
            return await self.sign_in_page(request, status=401)
        async with request.form(max_files=0, max_fields=4) as form:
            name, place = str(form.get("name", "")), str(form.get(FIELD, ""))
        token = request.cookies.get(COOKIE, "")
        await run_in_threadpool(self._accounts.sessions.rename, token, name)
        return self._redirect_inside(place)

    async def _ask_to_leave(self, request: Request) -> Response:
        account = await self.account(request)
        if account is None:
            return RedirectResponse(f"{self._pages.root}/staff", 303)
        return self._pages.sign_out(language_of_request(request, self._language), account.name)

    async def _leave(self, request: Request) -> Response:
        response = RedirectResponse(f"{self._pages.root}/staff", 303)
        account = await self.account(request)
        if account is not None:  # a foreign page's form comes without the cookie
            await run_in_threadpool(self._sign_out, request.cookies.get(COOKIE, ""), account)
            response.delete_cookie(COOKIE)
        return response

    def _sign_out(self, token: str, account: Account) -> None:
        self._accounts.sessions.end(token)
        self._accounts.audit.add("sign-out", login=account.login, name=account.name)
