"""A local user's own password: changed by who knows the one before; other sessions end with it."""

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
from intake.web.language import of_request
from intake.web.pages import Pages
from intake.web.sign_in.staff import Accounts, StaffDoor

# A browser that was left open is no way to find out the password.
_TRIES: Final = RateLimitItemPerHour(10)
_MAX_FIELD: Final = 2_000
PasswordProblem = Literal[
    "", "too_many", "wrong", "different", "short", "long", "simple", "login", "same"
]


class OwnPasswordRoutes:
    """`/staff/password`, for who is signed in with a password."""

    def __init__(
        self, door: StaffDoor, accounts: Accounts, pages: Pages, language: Language
    ) -> None:
        self._door, self._accounts = door, accounts
        self._pages, self._language = pages, language
        self._limiter = SharedLimiter(accounts.engine, "own-password")

    def routes(self) -> list[Route]:
        """Both judge by themselves who comes."""
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
        # All sessions ended with the old password: this browser begins another.
        return await self._door.let_in(request, SignIn(USER, account.login, account.name))

    def _try(self, account: Account, fields: dict[str, str]) -> PasswordProblem:
        old, new = fields.get("old", ""), fields.get("new", "")
        # Counted before it is judged, so that tries at the same time are counted as well.
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
        # Before it is done, so that nothing is done unrecorded; what is refused is no action.
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
        language = of_request(request, self._language)
        return self._pages.own_password(language, account.login, problem)
