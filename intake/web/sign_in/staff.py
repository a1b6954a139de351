"""
The staff's door: sign-in by password or by the printed link, sign-out, and who a request is from.

Whoever signs in gets a session's token in a cookie; the session itself is in the database, so it
ends everywhere at once. The printed link has its token behind the `#`, which no server and no
proxy ever sees; a script puts it into the form. Everything that only staff may read is asked for
through `account`.
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
from intake.web.language import of_request
from intake.web.limits.gate import client_of
from intake.web.pages import Pages
from intake.web.sign_in.after_sign_in import FIELD, asked_place, staff_place

_BY_CLIENT: Final = RateLimitItemPerMinute(10)
# Guesses at one login from many places; a password that fits isn't counted.
_BY_LOGIN: Final = RateLimitItemPerHour(20)
_MAX_FIELD: Final = 2_000


@dataclass(frozen=True)
class Accounts:
    """What the door asks: sessions, local users, and where it writes who came."""

    sessions: SessionStore
    users: UserStore
    audit: AuditLog
    engine: Engine | None = None  # where tries are counted; None: in this process alone


@dataclass(frozen=True)
class _RefusedSignIn:
    """Why a sign-in was refused: the end of its words' key, and the status."""

    problem: str
    status: int


class StaffDoor:
    """
    Sign-in, sign-out, and the question who a request is from.

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
        """Who of the staff sends the request; None for a stranger."""
        cookie = connection.cookies.get(COOKIE, "")
        return await run_in_threadpool(self._accounts.sessions.account, cookie) if cookie else None

    async def refusal(self, request: Request, right: Right) -> Response | None:
        """What is answered to who may not do this; None to who may."""
        account = await self.account(request)
        if account is None:
            return await self.sign_in_page(request, status=401)
        if not account.may(right):
            return self._pages.not_permitted(of_request(request, self._language), account.name)
        return None

    def routes(self) -> list[Route]:
        """The door's own addresses; each judges by itself who comes."""
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
        """The door, with the ways in that there are; it leads to `place`, else what is asked."""
        return self._pages.sign_in(
            of_request(request, self._language),
            problem,
            status=status,
            place=place or asked_place(request),
            has_users=await run_in_threadpool(self._accounts.users.exist),
            has_link=self._accounts.sessions.policy.link_token is not None,
            has_provider=self._has_provider,
        )

    async def let_in(self, request: Request, sign_in: SignIn, place: str = "") -> Response:
        """Begin a session; `place` follows, a page of staff's, or else the inbox."""
        token = await run_in_threadpool(self._begin, sign_in, request.cookies.get(COOKIE, ""))
        response = self._redirect_inside(place)
        # Lax, not strict: a link in a ticket's mail must not open the sign-in for who is signed in.
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
        address = f"{self._pages.root}{staff_place(place) or '/inbox'}"
        return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})

    async def is_limited(self, request: Request) -> bool:
        """Count a try to sign in; True when this client has tried too often."""
        client = client_of(request.scope)
        return not await run_in_threadpool(self._limiter.hit, _BY_CLIENT, "client", client)

    def _begin(self, sign_in: SignIn, old: str) -> str:
        if old:  # never go on under a key from before the sign-in
            self._accounts.sessions.end(old)
        token = self._accounts.sessions.begin(sign_in)
        self._accounts.audit.add("sign-in", sign_in.kind, login=sign_in.login, name=sign_in.name)
        return token

    async def _show(self, request: Request) -> Response:
        token = request.query_params.get("token")
        if token is not None:
            # A link from before: the token leaves the address without having been judged.
            return self._pages.from_link(token)
        if await self.account(request) is not None:  # a bookmark: who is signed in wants the inbox
            query = request.url.query  # the language
            return self._redirect_inside(f"/inbox?{query}" if query else "")
        return await self.sign_in_page(request)

    async def _enter(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            fields = {name: str(value)[:_MAX_FIELD] for name, value in form.items()}
        place = staff_place(fields.get(FIELD, ""))
        sign_in = await self._judge(request, fields)
        if isinstance(sign_in, _RefusedSignIn):
            return await self.sign_in_page(
                request, sign_in.problem, status=sign_in.status, place=place
            )
        return await self.let_in(request, sign_in, place)

    async def _judge(self, request: Request, fields: Mapping[str, str]) -> SignIn | _RefusedSignIn:
        if await self.is_limited(request):
            return _RefusedSignIn("too_many", 429)
        if "login" in fields:
            return await self._by_password(fields["login"], fields.get("password", ""))
        return await self._by_token(request, fields.get("token", ""), fields.get("name", ""))

    async def _by_password(self, login: str, password: str) -> SignIn | _RefusedSignIn:
        key = login.strip().lower()[:64]
        # Counted before it is judged: a hundred tries at once are a hundred, not one.
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
        if not name:  # the printed link opened again: who uses this browser is known
            known = await self.account(request)
            name = known.name if known is not None and known.is_by_link else ""
        return SignIn(LINK, LINK, name)

    async def _ask_name(self, request: Request) -> Response:
        account = await self.account(request)
        if account is None:
            return await self.sign_in_page(request, status=401)
        if not account.is_by_link:  # an account has its name
            return RedirectResponse(f"{self._pages.root}/inbox", 303)
        place = staff_place(request.query_params.get(FIELD, ""))
        return self._pages.staff_name(of_request(request, self._language), account.name, place)

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
        return self._pages.sign_out(of_request(request, self._language), account.name)

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
