"""
A customer's additions to a ticket in plain HTML: a line, files, "it works again", a rating.

Whoever holds the link may add. A GET changes nothing, so a scanner of mails can't either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import anyio
from limits import RateLimitItemPerMinute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message

from diagnostics.texts import Language
from intake.database import StorageError
from intake.rate_limits import SharedLimiter
from intake.tickets import Ticket, TicketLinks, TicketStore, for_customer
from intake.tickets.conversation import RATINGS
from intake.tickets.joining import earlier_open_ticket
from intake.tickets.links import ticket_of_key
from intake.tickets.render.conversation_view import ConversationView
from intake.tickets.render.formats import read_zone
from intake.ui.relative_time import customers_time
from intake.ui.texts import words
from intake.web.language import language_of_request
from intake.web.limits.gate import MAX_ADDITION_BYTES, client_of
from intake.web.pages import Pages
from intake.wizard.ticket_additions import (
    WORKS_AGAIN,
    AddedFile,
    Addition,
    add_line,
    has_rated,
    join_earlier,
    note_tap,
    solved_words,
    words_label,
)

_MAX_FILES: Final = 5  # of one form
_MAX_PARALLEL: Final = 4  # forms whose files are in memory
_MAX_RECEIVING: Final = 3  # forms of one client that are being received
_BY_CLIENT = RateLimitItemPerMinute(30, 10)
_FILES_BY_CLIENT = RateLimitItemPerMinute(60, 10)  # a picture may take seconds to decode


@dataclass(frozen=True)
class ConversationRoutes:
    """Routes below a customer's link."""

    pages: Pages
    language: Language
    tickets: TicketStore
    links: TicketLinks
    default_zone: str
    limiter: SharedLimiter
    _sending: Counter[str] = field(default_factory=Counter)
    _slots: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(_MAX_PARALLEL)
    )

    def routes(self) -> list[Route]:
        """Return `/add`, `/tap` and `/join`; a GET of them redirects to the ticket."""
        return [
            Route("/t/{token}/add", self._show, methods=["GET"]),
            Route("/t/{token}/tap", self._show, methods=["GET"]),
            Route("/t/{token}/join", self._show, methods=["GET"]),
            Route("/t/{token}/join", self._join, methods=["POST"]),
            Route("/t/{token}/add", self._add, methods=["POST"]),
            Route("/t/{token}/tap", self._tap, methods=["POST"]),
        ]

    def values(  # noqa: PLR0913 - what the page holds
        self,
        ticket: Ticket,
        language: Language,
        *,
        problem: str = "",
        typed: str = "",
        note: str = "",
        earlier: tuple[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """Return the values for the page's template; `problem` and `note` are texts."""
        view = ConversationView(ticket, language, is_customers=True)
        return {
            "view": view,
            "entries": [(self._time(line.entry.at, ticket, language), line) for line in view.lines],
            "is_solved": ticket.state == "solved",
            "solved_words": solved_words(ticket),
            "words_label": words_label(ticket.state),
            "has_rated": has_rated(ticket),
            "ratings": RATINGS,
            "works_again": WORKS_AGAIN,
            "problem": problem,
            "typed": typed,
            "note": note,
            "earlier": earlier,
        }

    def earlier(self, key: str) -> tuple[str, str] | None:
        """
        Return the time and subject of an earlier ticket that this one can be joined to, or None.

        Only for the key of a mailed link: its holder reads the mailbox that both tickets name.
        """
        if (reference := self.links.reference(key)) is None:
            return None
        ticket = self.tickets.get(reference)
        earlier = earlier_open_ticket(self.tickets, ticket) if ticket else None
        if ticket is None or earlier is None:
            return None
        return self._time(earlier.created_at, ticket, ticket.language), earlier.subject

    def _time(self, moment: datetime, ticket: Ticket, language: Language) -> str:
        reader = read_zone(ticket.environment.timezone)
        return customers_time(moment, language, reader=reader, ours=ZoneInfo(self.default_zone))

    def _find(self, key: str) -> Ticket | None:
        return ticket_of_key(self.tickets, self.links, key)

    async def _join(self, request: Request) -> Response:
        key = request.path_params["token"]
        ticket = await run_in_threadpool(self._find, key)
        language = language_of_request(request, ticket.language if ticket else self.language)
        if ticket is None:
            return self.pages.missing(language)
        reference = None
        if self.links.reference(key) is not None:
            reference = await run_in_threadpool(join_earlier, ticket)
        if reference is None:
            return self._redirect_to_ticket(request, language, "")
        # Access to the mailbox is proven, and with it the right to the earlier ticket.
        address = f"{self.pages.root}/t/{self.links.token(reference)}"
        return RedirectResponse(f"{address}?lang={language}#talk", 303)

    async def _show(self, request: Request) -> Response:
        return RedirectResponse(self._address(request), 303)

    async def _add(self, request: Request) -> Response:
        ticket = await run_in_threadpool(self._find, request.path_params["token"])
        language = language_of_request(request, ticket.language if ticket else self.language)
        if ticket is None:
            return self.pages.missing(language)
        client = client_of(request.scope)
        if not await run_in_threadpool(self.limiter.hit, _BY_CLIENT, "add", client):
            return self._again(request, ticket, words("talk_busy", language), 429)
        if self._sending[client] >= _MAX_RECEIVING:
            return self._again(request, ticket, words("talk_busy", language), 503)
        with self._count_receiving(client):
            try:
                async with _receive_form(request) as form:
                    return await self._add_form(request, ticket, form, language)
            except HTTPException:  # more fields, files or bytes than the form has
                problem = words("talk_too_many_files", language)
                return self._again(request, ticket, problem, 413)

    async def _add_form(
        self, request: Request, ticket: Ticket, form: FormData, language: Language
    ) -> Response:
        """Add a form that was received completely; until then its files wait on disk."""
        text, parts = _words_of(form), _files_of(form)
        client = client_of(request.scope)
        for _ in parts:
            if not await run_in_threadpool(self.limiter.hit, _FILES_BY_CLIENT, "file", client):
                return self._again(request, ticket, words("talk_busy", language), 429, text)
        if self._slots.available_tokens < 1:
            return self._again(request, ticket, words("talk_busy", language), 503, text)
        async with self._slots:
            uploads = [AddedFile(part.filename or "", await part.read()) for part in parts]
            try:
                added = await run_in_threadpool(add_line, ticket.reference, text, uploads, language)
            except StorageError:
                added = Addition(words("sending_failed", language))
        if added.problem:
            return self._again(request, ticket, added.problem, 422, text)
        return self._redirect_to_ticket(
            request, language, "masked" if added.has_masked else "added"
        )

    @contextmanager
    def _count_receiving(self, client: str) -> Iterator[None]:
        self._sending[client] += 1
        try:
            yield
        finally:
            self._sending[client] -= 1
            if not self._sending[client]:
                del self._sending[client]

    async def _tap(self, request: Request) -> Response:
        ticket = await run_in_threadpool(self._find, request.path_params["token"])
        language = language_of_request(request, ticket.language if ticket else self.language)
        if ticket is None:
            return self.pages.missing(language)
        async with request.form(max_files=0, max_fields=4) as form:
            tapped = str(form.get("tap", ""))[:20]
        client = client_of(request.scope)
        if await run_in_threadpool(self.limiter.hit, _BY_CLIENT, "tap", client):
            await run_in_threadpool(note_tap, ticket.reference, tapped)
        return self._redirect_to_ticket(request, language, "")

    def _again(
        self, request: Request, ticket: Ticket, problem: str, status: int, typed: str = ""
    ) -> Response:
        """Return the page again, with what was typed and why it wasn't accepted."""
        ticket, language = for_customer(ticket), language_of_request(request, ticket.language)
        return self.pages.ticket(
            ticket,
            language,
            address=self._address(request),
            conversation=self.values(ticket, language, problem=problem, typed=typed),
            status=status,
        )

    def _address(self, request: Request) -> str:
        return f"{self.pages.root}/t/{request.path_params['token']}"

    def _redirect_to_ticket(self, request: Request, language: Language, note: str) -> Response:
        query = urlencode({"lang": language, **({"note": note} if note else {})})
        # 303: reloading the next page adds nothing (RFC 9110, section 15.4.4).
        return RedirectResponse(f"{self._address(request)}?{query}#talk", 303)


def _receive_form(request: Request) -> AbstractAsyncContextManager[FormData]:
    """
    Return the form once it has been received completely; files stay on disk until it is closed.

    Raises:
        HTTPException: it has other fields than ours, or is too large.
    """
    bounded = Request(request.scope, _limited_receive(request.receive, MAX_ADDITION_BYTES))
    return bounded.form(max_files=_MAX_FILES, max_fields=4, max_part_size=MAX_ADDITION_BYTES)


def _files_of(form: FormData) -> list[UploadFile]:
    return [
        part
        for part in form.getlist("files")
        if isinstance(part, UploadFile) and part.filename  # an empty file field has no file name
    ]


def _words_of(form: FormData) -> str:
    written = form.get("words", "")
    return written if isinstance(written, str) else ""


def _limited_receive(
    receive: Callable[[], Awaitable[Message]], most_bytes: int
) -> Callable[[], Awaitable[Message]]:
    """Limit a body that may come without Content-Length."""
    left = most_bytes

    async def receive_within() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return receive_within
