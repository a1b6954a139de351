"""Changing a local user's own password, which needs the old one and ends other sessions."""

from __future__ import annotations

from typing import Final, Literal

from limits import RateLimitItemPerHour
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language
from intake.accounts.passwords import PasswordRefused, check_password
from intake.accounts.rights import Account
from intake.accounts.sessions import USER, SignIn
from intake.accounts.users import UserRefused
from intake.rate_limits import SharedLimiter
from intake.web.access import EVERYBODY, declare
from intake.web.language import language_of_request
from intake.web.pages import Pages
from intake.web.sign_in.staff import Accounts, StaffDoor

# Limits guessing the password in a browser that was left signed in.
_TRIES: Final = RateLimitItemPerHour(10)
_MAX_FIELD: Final = 2_000
PasswordProblem = Literal[
    "", "too_many", "wrong", "different", "short", "long", "simple", "login", "same"
]


class OwnPasswordRoutes:
    """`/staff/password`, for users who signed in with a password."""

    def __init__(
        self, door: StaffDoor, accounts: Accounts, pages: Pages, language: Language
    ) -> None:
        self._door, self._accounts = door, accounts
        self._pages, self._language = pages, language
        self._limiter = SharedLimiter(accounts.engine, "own-password")

    def routes(self) -> list[Route]:
        """Return both routes; the handlers check the account themselves."""
        return declare(
            EVERYBODY,
            [
                Route("/staff/password", self._show, methods=["GET"]),
                Route("/staff/password", self._change, methods=["POST"]),
            ],
        )

    async def _show(self, request: Request) -> Response:
        account = await self._door.account(request)
        if account is None:
            return await self._door.sign_in_page(request, status=401)
        if not await run_in_threadpool(self._has_password, account):
            return RedirectResponse(f"{self._pages.root}/inbox", 303)
        return self._page(request, account)

    async def _change(self, request: Request) -> Response:
        # A foreign page's form comes without the cookie, which is Lax.
        account = await self._door.account(request)
        if account is None:
            return await self._door.sign_in_page(request, status=401)
        if not await run_in_threadpool(self._has_password, account):
            return RedirectResponse(f"{self._pages.root}/inbox", 303)
        async with request.form(max_files=0, max_fields=4) as form:
            fields = {name: str(value)[:_MAX_FIELD] for name, value in form.items()}
        problem = await run_in_threadpool(self._try, account, fields)
        if problem:
            return self._page(request, account, problem)
        # All sessions ended with the old password, so this browser needs a new one.
        return await self._door.begin_session(request, SignIn(USER, account.login, account.name))

    def _try(self, account: Account, fields: dict[str, str]) -> PasswordProblem:
        old, new = fields.get("old", ""), fields.get("new", "")
        # Counted before the check, so that parallel attempts are counted as well.
        if not self._limiter.hit(_TRIES, account.login):
            return "too_many"
        if self._accounts.users.verify(account.login, old) is None:
            return "wrong"
        self._limiter.give_back(_TRIES, account.login)
        if new != fields.get("again", ""):
            return "different"
        return "same" if new == old else self._set(account, new)

    def _set(self, account: Account, new: str) -> PasswordProblem:
        try:
            check_password(new, account.login)
        except PasswordRefused as refusal:
            return refusal.fault
        # Recorded before the change, so that no change is unrecorded; refusals aren't recorded.
        self._accounts.audit.add(
            "user.password", account.login, login=account.login, name=account.name
        )
        try:
            self._accounts.users.set_password(account.login, new)
        except UserRefused:  # removed at this moment: the next request is a stranger's
            return "wrong"
        return ""

    def _has_password(self, account: Account) -> bool:
        is_local = not account.is_by_link
        return is_local and self._accounts.users.find(account.login) is not None

    def _page(self, request: Request, account: Account, problem: PasswordProblem = "") -> Response:
        language = language_of_request(request, self._language)
        return self._pages.own_password(language, account.login, problem)
