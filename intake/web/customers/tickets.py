"""Routes of tickets: a customer's own by the secret link, every one for staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.tickets import Ticket, TicketLinks, TicketStore, for_customer, render
from intake.tickets.links import ticket_of_key
from intake.tickets.render import Form
from intake.tickets.same_problem import RELATED_WITHIN
from intake.ui.texts import words
from intake.ui.visitor import MOST_SENT, SENT_COOKIE
from intake.web.access import BY_CUSTOMERS_KEY, declare, for_staff
from intake.web.customers.ticket_conversation import ConversationRoutes
from intake.web.language import language_of_request
from intake.web.pages import Pages, as_download
from intake.web.sign_in.staff import StaffDoor
from intake.wizard.ticket_news import news_mark

_FORMS: Final[dict[str, tuple[Form, str]]] = {
    ".txt": ("text", "text/plain"),
    ".md": ("markdown", "text/markdown"),
    ".json": ("json", "application/json"),
}
_CUSTOMERS: Final = "/t/"
_NOTES: Final = {"added": "talk_added", "masked": "talk_masked"}
_NO_STORE = {"Cache-Control": "no-store"}
Find = Callable[[str], Ticket | None]


@dataclass(frozen=True)
class TicketRoutes:
    """A ticket for its customer and for staff; unknown and foreign ones are both 404."""

    tickets: TicketStore
    pages: Pages
    door: StaffDoor
    language: Language
    links: TicketLinks
    additions: ConversationRoutes

    def routes(self) -> list[Route]:
        """Return every route under /t/ and /staff/tickets/."""
        return [
            *declare(
                BY_CUSTOMERS_KEY,
                [
                    Route("/t/{token}/files/{file}", self._own_file),
                    Route("/t/{token}/news", self._news),
                    Route("/t/{name}", self._own),
                    *self.additions.routes(),
                ],
            ),
            for_staff(
                self.door, Right.READ, "/staff/tickets/{reference}/files/{file}", self._any_file
            ),
            for_staff(self.door, Right.READ, "/staff/tickets/{name}", self._any),
        ]

    async def _own(self, request: Request) -> Response:
        return await self._answer(request, self._find_own, _CUSTOMERS)

    def _find_own(self, token: str) -> Ticket | None:
        return ticket_of_key(self.tickets, self.links, token)

    async def _news(self, request: Request) -> Response:
        """Return a mark of the ticket's latest state; a visible page polls it."""
        ticket = await run_in_threadpool(self._find_own, request.path_params["token"])
        if ticket is None:
            return PlainTextResponse("", 404, headers=_NO_STORE)
        return PlainTextResponse(news_mark(ticket), headers=_NO_STORE)

    async def _any(self, request: Request) -> Response:
        return await self._answer(request, self.tickets.get, "/staff/tickets/")

    async def _answer(self, request: Request, find: Find, prefix: str) -> Response:
        name = request.path_params["name"]
        # Neither a token (base64url) nor a reference has a dot in it.
        stem, dot, ending = name.rpartition(".")
        form = _FORMS.get(f".{ending}") if dot else None
        key = stem if form else name
        ticket = await run_in_threadpool(find, key)
        language = language_of_request(request, ticket.language if ticket else self.language)
        if ticket is None:
            return self.pages.missing(language)
        is_customers = prefix == _CUSTOMERS
        readable = for_customer(ticket) if is_customers else ticket
        if form is None:
            page = self.pages.ticket(
                readable,
                language,
                address=f"{self.pages.root}{prefix}{key}",
                conversation=await run_in_threadpool(
                    self._conversation, request, readable, language, key
                )
                if is_customers
                else None,
            )
            if is_customers:
                _note_sent(request, page, key)
            return page
        text = render(
            readable,
            form[0],
            language,
            reader="customer" if is_customers else "desk",
            zone=self.pages.zone if is_customers else None,
        )
        return Response(text, media_type=form[1], headers=_NO_STORE)

    def _conversation(
        self, request: Request, ticket: Ticket, language: Language, key: str
    ) -> Mapping[str, object]:
        note = _NOTES.get(request.query_params.get("note", ""))
        message = words(note, language) if note else ""
        return self.additions.values(
            ticket, language, note=message, earlier=self.additions.earlier(key)
        )

    async def _own_file(self, request: Request) -> Response:
        ticket = await run_in_threadpool(self._find_own, request.path_params["token"])
        return await self._file(request, ticket)

    async def _any_file(self, request: Request) -> Response:
        ticket = await run_in_threadpool(self.tickets.get, request.path_params["reference"])
        return await self._file(request, ticket)

    async def _file(self, request: Request, ticket: Ticket | None) -> Response:
        file = None
        if ticket is not None:
            file = await run_in_threadpool(
                self.tickets.attachment, ticket.reference, request.path_params["file"]
            )
        if file is None:
            return self.pages.missing(language_of_request(request, self.language))
        return as_download(file.content, file.name, file.media_type)


def _note_sent(request: Request, page: Response, key: str) -> None:
    """Store the ticket's key in this browser, so that the same problem is added to that ticket."""
    noted = request.cookies.get(SENT_COOKIE, "").split(".")
    keys = list(dict.fromkeys((key, *filter(None, noted))))[:MOST_SENT]
    # Not HttpOnly: our script adds to it, and clears it when somebody starts over.
    page.set_cookie(
        SENT_COOKIE,
        ".".join(keys),
        max_age=int(RELATED_WITHIN.total_seconds()),
        samesite="strict",
        secure=request.url.scheme == "https",
    )
