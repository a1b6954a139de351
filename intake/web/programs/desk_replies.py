"""The route of desks' webhooks, which bring agents' replies to tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import structlog
from limits import RateLimitItemPerMinute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from intake.database import StorageError, utc_now
from intake.delivery.replies.reply import (
    MAX_BODY_BYTES,
    ChangedTicket,
    DeskReply,
    NotGenuine,
    ReplyReader,
)
from intake.delivery.replies.reply_intake import ReplyIntake
from intake.outbox import DeskChanges
from intake.rate_limits import SharedLimiter
from intake.web.limits.gate import client_of

_FORGERIES: Final = RateLimitItemPerMinute(20, 10)

log = structlog.get_logger(__name__)


class DeskReplyRoutes:
    """Webhooks, each authenticated by the desk's signature; cookies are ignored."""

    def __init__(
        self,
        readers: Mapping[str, ReplyReader],
        replies: ReplyIntake,
        changes: DeskChanges,
        *,
        limiter: SharedLimiter | None = None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._readers, self._replies, self._changes = readers, replies, changes
        self._wake = wake
        self._limiter = limiter or SharedLimiter(None, "desk-replies")

    def routes(self) -> list[Route]:
        """Return the single route."""
        return [Route("/desks/{desk}/replies", self._receive, methods=["POST"])]

    async def _receive(self, request: Request) -> Response:
        client = client_of(request.scope)
        if not await run_in_threadpool(self._limiter.test, _FORGERIES, client):
            return PlainTextResponse("Too many", 429, headers={"Retry-After": "600"})
        name = request.path_params["desk"]
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return PlainTextResponse("Too large", 413)
        try:
            reply = await run_in_threadpool(self._read, name, dict(request.headers), body)
        except NotGenuine:
            await run_in_threadpool(self._limiter.hit, _FORGERIES, client)
            return PlainTextResponse("The signature is not this desk's", 401)
        return await run_in_threadpool(self._add, name, reply)

    def _read(
        self, name: str, headers: Mapping[str, str], body: bytes
    ) -> DeskReply | ChangedTicket | None:
        reader = self._readers.get(name)
        if reader is None:  # doesn't reveal whether the desk exists
            raise NotGenuine
        return reader.read(headers, body)

    def _add(self, name: str, reply: DeskReply | ChangedTicket | None) -> Response:
        """Store a reply; 204 also for messages to ignore: webhooks send other tickets' too."""
        if reply is None:
            return Response(status_code=204)
        try:
            if isinstance(reply, ChangedTicket):
                if self._changes.note(name, reply.remote_id, utc_now()):
                    self._wake()
                return Response(status_code=204)
            result = self._replies.take(name, reply)
        except StorageError:
            log.warning("a desk's reply could not be kept", desk=name)
            return PlainTextResponse("Not now", 503, headers={"Retry-After": "30"})
        log.info("a desk replied", desk=name, result=result)
        return Response(status_code=204)
