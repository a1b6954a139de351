"""Routes for monitoring: liveness, readiness, metrics."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any, Final, TypeVar, cast

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from intake.bootstrap import Services
from intake.operations.metrics import CrowdFigures, ServiceMetrics
from intake.operations.readiness import CHECKS, OK, Readiness
from intake.web.limits.gate import client_of

_WITHIN_S: Final = 10.0
_NO_STORE: Final = {"Cache-Control": "no-store"}
_FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_WRONG_TOKENS: Final = RateLimitItemPerMinute(10)

T = TypeVar("T")
AnswerMissing = Callable[[Request], Awaitable[Response]]


class OperatorRoutes:
    """`/healthz`, `/readyz` and `/metrics`; the settings say who may read the metrics."""

    def __init__(
        self,
        services: Services,
        not_found: AnswerMissing,
        crowd: Callable[[], CrowdFigures] = CrowdFigures,
    ) -> None:
        self._settings, self._not_found, self._crowd = services.settings, not_found, crowd
        self._readiness = Readiness(services)
        self._metrics = ServiceMetrics(services, self._readiness)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._running_reads: dict[object, asyncio.Task[Any]] = {}

    def routes(self) -> list[Route]:
        """Return the three routes."""
        return [
            Route("/healthz", self._alive),
            Route("/readyz", self._ready),
            Route("/metrics", self._read_metrics),
        ]

    async def _alive(self, request: Request) -> Response:
        del request
        return PlainTextResponse("ok")

    async def _ready(self, request: Request) -> Response:
        """Return a word per check, and 503 unless all are "ok"; `?of=database` selects some."""
        named = [name for name in request.query_params.get("of", "").split(",") if name]
        if not CHECKS.keys() >= set(named):
            return JSONResponse({"of": f"names some of {', '.join(CHECKS)}"}, 400)
        words = await self._read_shared(self._readiness.words)
        canary = await self._read_shared(self._readiness.canary)
        if words is None:
            return JSONResponse({"database": "slow"}, 503, headers=_NO_STORE)
        chosen = {name: words[name] for name in named or CHECKS}
        is_ready = all(word == OK for word in chosen.values())
        # The canary doesn't change the status: its failure may be another process's fault.
        more = {} if named or canary in (None, "none") else {"canary": canary}
        return JSONResponse({**chosen, **more}, 200 if is_ready else 503, headers=_NO_STORE)

    async def _read_metrics(self, request: Request) -> Response:
        refusal = await self._refusal(request)
        if refusal is not None:
            return refusal
        self._metrics.crowd = self._crowd()  # counted by this thread, the event loop's
        text = await self._read_shared(self._metrics.exposition)
        if text is None:
            return PlainTextResponse("The database is slow", 503, headers=_NO_STORE)
        return Response(text, headers={"Content-Type": _FORMAT, **_NO_STORE})

    async def _read_shared(self, read: Callable[[], T]) -> T | None:
        """
        Run `read` in a thread and return its result, or None if it takes too long.

        Parallel requests wait for the same thread: a hanging disk must not use up all threads.
        """
        task = self._running_reads.get(read)
        if task is None or task.done():
            task = self._running_reads[read] = asyncio.create_task(run_in_threadpool(read))
        try:
            return cast("T", await asyncio.wait_for(asyncio.shield(task), _WITHIN_S))
        except TimeoutError:
            return None

    async def _refusal(self, request: Request) -> Response | None:
        """
        Return None if the request may read the metrics, else the refusal.

        Strangers get the page for unknown paths, which doesn't reveal that there are metrics.
        """
        if self._settings.metrics == "loopback" and _is_local(request):
            return None
        if self._settings.metrics == "token" and self._settings.metrics_token is not None:
            return self._judge(request, self._settings.metrics_token.get_secret_value())
        return await self._not_found(request)

    def _judge(self, request: Request, expected: str) -> Response | None:
        client = client_of(request.scope)
        if not self._limiter.test(_WRONG_TOKENS, client):
            return PlainTextResponse("Too many wrong tokens", 429, headers={"Retry-After": "60"})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        is_right = hmac.compare_digest(token.strip().encode(), expected.encode())
        if scheme.lower() == "bearer" and is_right:
            return None
        self._limiter.hit(_WRONG_TOKENS, client)
        return PlainTextResponse(
            "The metrics' token is needed", 401, headers={"WWW-Authenticate": "Bearer"}
        )


def _is_local(request: Request) -> bool:
    """Check for a local program, as opposed to a stranger forwarded by a local proxy."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
