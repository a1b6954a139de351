"""Routes of the API: send a ticket, read one, diagnose; each needs a token with its scope."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import anyio
import structlog
from limits import RateLimitItemPerMinute
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from intake.accounts.api_requests import MAX_KEY, ApiRequests, KnownRequest
from intake.accounts.api_tokens import ApiScope, ApiToken, ApiTokenStore
from intake.database import StorageError
from intake.rate_limits import SharedLimiter
from intake.web.access import EVERYBODY, declare
from intake.web.api import openapi
from intake.web.api.models import DiagnosisRequest, TicketRequest
from intake.web.api.operations import diagnose, read_ticket, send_ticket
from intake.web.api.problems import problem, unreadable
from intake.web.limits.gate import MAX_FORM_BYTES, client_of

log = structlog.get_logger(__name__)

_WRONG_TOKENS: Final = RateLimitItemPerMinute(20, 10)
_MAX_TOKEN: Final = 200
_MAX_PARALLEL: Final = 8  # each request waits for its checks in a thread
Handler = Callable[[Request, ApiToken], Awaitable[Response]]


class ApiRoutes:
    """`/api/v1`: cookies are ignored, and every error response is problem+json."""

    def __init__(
        self,
        tokens: ApiTokenStore,
        requests: ApiRequests,
        limiter: SharedLimiter,
        *,
        address: str,
    ) -> None:
        self._tokens, self._requests, self._address = tokens, requests, address
        self._limiter = limiter
        self._slots = anyio.CapacityLimiter(_MAX_PARALLEL)

    def routes(self) -> list[Route]:
        """Return every route under /api/, with the scope that it needs."""
        return [
            self._route(ApiScope.SEND, "POST", "/api/v1/tickets", self._send),
            self._route(ApiScope.READ, "GET", "/api/v1/tickets/{reference}", self._read),
            self._route(ApiScope.DIAGNOSE, "POST", "/api/v1/diagnoses", self._diagnose),
            *declare(EVERYBODY, [Route(openapi.PATH, self._describe, methods=["GET"])]),
        ]

    def _route(self, scope: ApiScope, method: str, path: str, handler: Handler) -> Route:
        async def guarded(request: Request) -> Response:
            token = await self._token(request, scope)
            if isinstance(token, Response):
                return token
            try:
                return await handler(request, token)
            except StorageError:
                log.exception("a program's request was not stored")
                return problem("storage", headers={"Retry-After": "30"})

        return declare(scope, [Route(path, guarded, methods=[method])])[0]

    async def _token(self, request: Request, scope: ApiScope) -> ApiToken | Response:
        """Return the token of a request, or the response that refuses it."""
        client = client_of(request.scope)
        if not await run_in_threadpool(self._limiter.test, _WRONG_TOKENS, "wrong", client):
            return problem("too-many", headers={"Retry-After": "60"})
        scheme, _, letters = request.headers.get("authorization", "").partition(" ")
        token = None
        if scheme.lower() == "bearer" and 0 < len(letters) <= _MAX_TOKEN:
            token = await run_in_threadpool(self._tokens.find, letters.strip())
        if token is None:
            await run_in_threadpool(self._limiter.hit, _WRONG_TOKENS, "wrong", client)
            if not letters:
                return problem("token-needed", headers={"WWW-Authenticate": "Bearer"})
            challenge = 'Bearer error="invalid_token"'  # RFC 6750, section 3.1
            return problem("token-unknown", headers={"WWW-Authenticate": challenge})
        if not token.may(scope):
            challenge = f'Bearer error="insufficient_scope", scope="{scope}"'  # RFC 6750, section 3
            return problem("scope-missing", scope, headers={"WWW-Authenticate": challenge})
        per_minute = RateLimitItemPerMinute(token.per_minute)
        if not await run_in_threadpool(self._limiter.hit, per_minute, "token", token.name):
            return problem("too-many", headers={"Retry-After": "60"})
        return token

    async def _send(self, request: Request, token: ApiToken) -> Response:
        key = request.headers.get("idempotency-key", "").strip()
        if not 0 < len(key) <= MAX_KEY or not key.isascii():
            return problem("key-missing", f"1 to {MAX_KEY} characters, another for each ticket")
        body = await _read_body(request)
        if isinstance(body, Response):
            return body
        try:
            payload = TicketRequest.model_validate_json(body)
        except ValidationError as error:
            return unreadable(error)
        body_hash = hashlib.sha256(body).hexdigest()
        known = await run_in_threadpool(self._requests.begin, token.name, key, body_hash)
        if known.state == "new":
            return await self._answer_once(payload, token, key, known.draft)
        return _answer_again(known)

    async def _answer_once(
        self, payload: TicketRequest, token: ApiToken, key: str, draft: str
    ) -> Response:
        """Process a request that this process has claimed; only a ticket is stored for its key."""

        def note(draft_token: str) -> None:
            self._requests.note_draft(token.name, key, draft_token)

        sent: dict[str, Any] | Response
        try:
            sent = await anyio.to_thread.run_sync(
                lambda: send_ticket(payload, client=f"api {token.name}", earlier=draft, note=note),
                limiter=self._slots,
            )
        except Exception:
            # The next attempt finds out by the draft whether a ticket was stored.
            log.exception("a program's ticket was not answered", token=token.name)
            return problem("storage", headers={"Retry-After": "130"})
        if isinstance(sent, Response):
            await run_in_threadpool(self._requests.forget, token.name, key)
            return sent
        answer = json.dumps(sent, ensure_ascii=False)
        reference = str(sent["reference"])
        await run_in_threadpool(self._requests.finish, token.name, key, answer, reference)
        headers = {"Location": f"/api/v1/tickets/{reference}", "Cache-Control": "no-store"}
        return JSONResponse(sent, 201, headers=headers)

    async def _read(self, request: Request, token: ApiToken) -> Response:
        return await run_in_threadpool(
            read_ticket, request.path_params["reference"], token, self._requests
        )

    async def _diagnose(self, request: Request, token: ApiToken) -> Response:
        body = await _read_body(request)
        if isinstance(body, Response):
            return body
        try:
            payload = DiagnosisRequest.model_validate_json(body)
        except ValidationError as error:
            return unreadable(error)
        return await anyio.to_thread.run_sync(
            lambda: diagnose(payload, client=f"api {token.name}"), limiter=self._slots
        )

    async def _describe(self, request: Request) -> Response:
        del request
        return JSONResponse(openapi.openapi(self._address))


def _answer_again(known: KnownRequest) -> Response:
    if known.state == "other":
        return problem("key-reused", "Use another key for another body.")
    if known.state == "running":
        return problem("in-progress", headers={"Retry-After": "5"})
    return JSONResponse(json.loads(known.answer), 201, headers={"Cache-Control": "no-store"})


async def _read_body(request: Request) -> bytes | Response:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return problem("too-large", f"at most {MAX_FORM_BYTES} bytes")
    return body
