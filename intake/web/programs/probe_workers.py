"""Routes of the operator's probe workers: the next job, and the result of one."""

from __future__ import annotations

from typing import Final

from limits import RateLimitItemPerMinute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from intake.checks.browser_requests import coarse_network
from intake.rate_limits import SharedLimiter
from intake.vantages.worker_jobs import WorkerJobs
from intake.vantages.worker_messages import (
    MAX_MESSAGE_BYTES,
    POLL_S,
    WorkerAnswer,
    read_message,
    write_message,
)
from intake.vantages.worker_store import WorkerRow, WorkerStore
from intake.web.limits.gate import client_of

_WRONG_TOKENS: Final = RateLimitItemPerMinute(20, 10)
_MAX_TOKEN: Final = 200


class ProbeWorkerRoutes:
    """Each request is authenticated by its worker's token; cookies are ignored."""

    def __init__(
        self,
        workers: WorkerStore,
        jobs: WorkerJobs,
        *,
        poll_s: float = POLL_S,
        limiter: SharedLimiter | None = None,
    ) -> None:
        self._workers, self._jobs, self._poll_s = workers, jobs, poll_s
        self._limiter = limiter or SharedLimiter(None, "probe-workers")

    def routes(self) -> list[Route]:
        """Return every route under /workers/."""
        return [
            Route("/workers/next", self._next, methods=["POST"]),
            Route("/workers/jobs/{job}", self._finish, methods=["POST"]),
        ]

    async def _next(self, request: Request) -> Response:
        worker = await self._worker(request)
        if isinstance(worker, Response):
            return worker
        await run_in_threadpool(self._workers.note_seen, worker.name)
        network = coarse_network(request.client.host if request.client else "")
        job = await self._jobs.next_job(worker.name, worker.place, network, poll_s=self._poll_s)
        if job is None:
            return Response(status_code=204)
        return Response(write_message(job), media_type="application/json")

    async def _finish(self, request: Request) -> Response:
        worker = await self._worker(request)
        if isinstance(worker, Response):
            return worker
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_MESSAGE_BYTES:
                return PlainTextResponse("Too large", 413)
        answer = read_message(WorkerAnswer, body)
        if answer is None:
            return PlainTextResponse("Not an answer of this version", 422)
        job = request.path_params["job"]
        is_taken = await run_in_threadpool(self._jobs.finish, worker.name, job, answer)
        return Response(status_code=204 if is_taken else 410)

    async def _worker(self, request: Request) -> WorkerRow | Response:
        """Return the worker of a request, or the response that refuses it."""
        client = client_of(request.scope)
        if not await run_in_threadpool(self._limiter.test, _WRONG_TOKENS, client):
            return PlainTextResponse("Too many wrong tokens", 429, headers={"Retry-After": "60"})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and 0 < len(token) <= _MAX_TOKEN:
            worker = await run_in_threadpool(self._workers.find, token)
            if worker is not None:
                return worker
        await run_in_threadpool(self._limiter.hit, _WRONG_TOKENS, client)
        return PlainTextResponse(
            "A worker's token is needed", 401, headers={"WWW-Authenticate": "Bearer"}
        )
