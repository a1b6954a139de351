"""
Who may ask for a route: declared with it, enforced here, and read from the table by a test.

A route that declares nothing is refused at the start, so that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from intake.accounts.api_tokens import ApiScope
from intake.accounts.rights import Right

RouteHandler = Callable[[Request], Awaitable[Response]]
# Words for routes that no account opens. Behind a key stands a token of 128 bits or more in the
# address or the head of the request; what the handler finds by it is all that it can give.
EVERYBODY: Final = "everybody"
BY_CUSTOMERS_KEY: Final = "customer's key"
BY_OPERATORS_SETTING: Final = "operator's setting"  # counts and states, no tickets
BY_WORKERS_TOKEN: Final = "worker's token"  # noqa: S105 - a word, no token
BY_DESKS_SIGNATURE: Final = "desk's signature"
Access = str | Right | ApiScope
_ATTRIBUTE: Final = "intake_access"


class Door(Protocol):
    """Answers strangers and who lacks the right."""

    async def refusal(self, request: Request, right: Right) -> Response | None:
        """What to answer; None to who may."""


def declare(access: Access, routes: Iterable[Route]) -> list[Route]:
    """Say of these routes who may ask for them; they keep the door by themselves."""
    listed = list(routes)
    for route in listed:
        setattr(route, _ATTRIBUTE, access)
    return listed


def for_staff(
    door: Door,
    right: Right,
    path: str,
    endpoint: RouteHandler,
    *,
    methods: Sequence[str] = ("GET",),
) -> Route:
    """A route for who has the right, asked before the endpoint runs."""

    async def guarded(request: Request) -> Response:
        refusal = await door.refusal(request, right)
        return refusal if refusal is not None else await endpoint(request)

    return declare(right, [Route(path, guarded, methods=list(methods))])[0]


def access_of(route: BaseRoute) -> Access:
    """
    Who may ask for a route.

    Raises:
        LookupError: it doesn't declare it.
    """
    try:
        access: Access = getattr(route, _ATTRIBUTE)
    except AttributeError:
        raise LookupError(f"{getattr(route, 'path', route)} declares no access") from None
    return access


def checked(routes: Sequence[BaseRoute]) -> Sequence[BaseRoute]:
    """
    The same routes, all of which say who may ask for them.

    Raises:
        LookupError: one doesn't.
    """
    for route in routes:
        access_of(route)
    return routes
