"""
Access control of routes: each route declares who may request it, and a test reads the table.

A route without a declaration fails at start-up, so that none is forgotten.
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
# Access values of routes that need no staff account. A key or token is a secret of 128 bits or more
# in the address or the headers; the handler returns only what it finds by that secret.
EVERYBODY: Final = "everybody"
BY_CUSTOMERS_KEY: Final = "customer's key"
BY_OPERATORS_SETTING: Final = "operator's setting"  # counts and states, no tickets
BY_WORKERS_TOKEN: Final = "worker's token"  # noqa: S105 - a word, no token
BY_DESKS_SIGNATURE: Final = "desk's signature"
Access = str | Right | ApiScope
_ATTRIBUTE: Final = "intake_access"


class RouteGuard(Protocol):
    """Answers requests by strangers and by staff who lack the right."""

    async def refusal(self, request: Request, right: Right) -> Response | None:
        """Return the response that refuses the request, or None if it is permitted."""


def declare(access: Access, routes: Iterable[Route]) -> list[Route]:
    """Declare who may request these routes; their handlers enforce it themselves."""
    listed = list(routes)
    for route in listed:
        setattr(route, _ATTRIBUTE, access)
    return listed


def for_staff(
    door: RouteGuard,
    right: Right,
    path: str,
    endpoint: RouteHandler,
    *,
    methods: Sequence[str] = ("GET",),
) -> Route:
    """Return a route that requires a right, which is checked before the endpoint runs."""

    async def guarded(request: Request) -> Response:
        refusal = await door.refusal(request, right)
        return refusal if refusal is not None else await endpoint(request)

    return declare(right, [Route(path, guarded, methods=list(methods))])[0]


def access_of(route: BaseRoute) -> Access:
    """
    Return the access that a route declares.

    Raises:
        LookupError: it declares none.
    """
    try:
        access: Access = getattr(route, _ATTRIBUTE)
    except AttributeError:
        raise LookupError(f"{getattr(route, 'path', route)} declares no access") from None
    return access


def require_declared_access(routes: Sequence[BaseRoute]) -> Sequence[BaseRoute]:
    """
    Return the routes unchanged after checking that each declares its access.

    Raises:
        LookupError: one doesn't.
    """
    for route in routes:
        access_of(route)
    return routes
