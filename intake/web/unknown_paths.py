"""
Answers addresses below our own prefixes that no route has.

Streamlit would answer them with its page and status 200: a program that used the wrong method, or
an address of another release, would take that page for success.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route

from intake.web.access import EVERYBODY, declare
from intake.web.api.problems import problem
from intake.web.limits.gate import OWN_PREFIXES

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_API: Final = "/api/"


def unknown_path_routes(
    routes: Sequence[BaseRoute], not_found: Callable[[Request], Awaitable[Response]]
) -> list[Route]:
    """
    Return the last routes of the table, one for each of our prefixes.

    A path that exists in `routes` with other methods is answered with 405 and those methods, any
    other with 404; below `/api/` as problem+json.
    """

    async def answer(request: Request) -> Response:
        is_api = request.url.path.removeprefix(request.scope.get("root_path", "")).startswith(_API)
        allowed = _methods_of(request, routes)
        if allowed:
            headers = {"Allow": ", ".join(allowed)}  # RFC 9110, section 15.5.6
            if is_api:
                return problem("other-method", f"Use {headers['Allow']}.", headers=headers)
            return PlainTextResponse("Method Not Allowed", 405, headers=headers)
        return problem("no-such-address") if is_api else await not_found(request)

    return declare(
        EVERYBODY,
        [Route(f"{room}{{rest:path}}", answer, methods=list(_METHODS)) for room in OWN_PREFIXES],
    )


def _methods_of(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """Return the methods that the path of a request accepts, sorted."""
    methods = set[str]()
    for route in routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is Match.PARTIAL:
            methods |= route.methods or set()
    return sorted(methods)
