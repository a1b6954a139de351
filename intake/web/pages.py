"""The pages that need no JavaScript: not found, sign-in, a customer's ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from diagnostics.texts import Language, escape_hidden_lines
from intake.database import utc_now
from intake.incidents import Notice
from intake.settings.appearance import AppearanceSettings
from intake.tickets import Ticket, render
from intake.tickets.conversation import is_promise_open
from intake.tickets.render import TicketReader
from intake.tickets.render.formats import read_zone
from intake.tickets.render.promise import promise_in_words
from intake.ui.texts import words
from intake.web.brand import Brand
from intake.web.language import language_of_request
from intake.web.limits.headers import FILE_POLICY

_NO_STORE = {"Cache-Control": "no-store"}


class Pages:
    """Renders pages in the reader's language, with autoescape."""

    def __init__(  # noqa: PLR0913 - what every page shows
        self,
        name: str,
        default_language: Language,
        *,
        root: str = "",
        brand: Brand | None = None,
        zone: str = "UTC",
        panel: str = "",
    ) -> None:
        self._name, self._language, self.zone = name, default_language, ZoneInfo(zone)
        self._panel = panel
        self.root, self._brand = root, brand or Brand(AppearanceSettings())
        self._templates = Environment(
            loader=PackageLoader("intake.web"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["visible"] = escape_hidden_lines

    async def not_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI application that answers unknown addresses with 404 and a link to the start."""
        page = self.missing(language_of_request(Request(scope), self._language))
        await page(scope, receive, send)

    def missing(self, language: Language) -> Response:
        """Return 404, with a link to the start."""
        return self._page("not_found.html", language, 404)

    def broken(self, language: Language) -> Response:
        """Return 500, for an error of ours."""
        return self._page("broken.html", language, 500)

    def sign_in(  # noqa: PLR0913 - the ways in that there are
        self,
        language: Language,
        problem: str = "",
        *,
        status: int = 200,
        has_users: bool = False,
        has_link: bool = True,
        has_provider: bool = False,
        place: str = "",
    ) -> Response:
        """Return the sign-in page for staff; `problem` is the suffix of its text's key, or ""."""
        return self._page(
            "sign_in.html",
            language,
            status,
            problem=problem,
            place=place,
            has_users=has_users,
            has_link=has_link,
            has_provider=has_provider,
        )

    def panel_enter(self, language: Language) -> Response:
        """Return the page that a link of the panel opens; its script posts the token."""
        return self._page("panel_enter.html", language, 200)

    def panel_refused(self, language: Language, *, status: int) -> Response:
        """Return the page of an expired or used link, with a link to the panel."""
        return self._page("panel_refused.html", language, status, panel=self._panel)

    def panel_start(self, language: Language, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Return the page that asks what is wrong, and with which of the customer's own sites."""
        return self._page("panel_start.html", language, 200, **values)

    def redirect_with_token(self, token: str) -> Response:
        """Redirect to the sign-in page with the token behind the `#`, which no log records."""
        place = f"{self.root}/staff#token={quote(token, safe='')}"
        return RedirectResponse(place, 303, headers=_NO_STORE)

    def sign_out(self, language: Language, person: str) -> Response:
        """Return the confirmation before the sign-out: a GET changes nothing."""
        named = person or words("sign_out_nameless", language)
        return self._page("sign_out.html", language, 200, person=named)

    def not_permitted(self, language: Language, person: str) -> Response:
        """Return 403 for staff whose role lacks the right."""
        return self._page("not_permitted.html", language, 403, person=person)

    def staff_name(self, language: Language, name: str, place: str) -> Response:
        """
        Return the form for the name of the person in this browser, which signs replies.

        `place` is the page to open next.
        """
        return self._page("staff_name.html", language, 200, person=name, place=place)

    def own_password(self, language: Language, login: str, problem: str) -> Response:
        """Return the form to change one's own password."""
        status = 403 if problem else 200
        return self._page("own_password.html", language, status, person=login, problem=problem)

    def ticket(
        self,
        ticket: Ticket,
        language: Language,
        *,
        address: str,
        conversation: Mapping[str, Any] | None = None,
        status: int = 200,
    ) -> Response:
        """Return a ticket's page; with `conversation` the customer's, which shows replies first."""
        is_customers = conversation is not None
        document = ticket.model_copy(update={"conversation": ()}) if is_customers else ticket
        reader: TicketReader = "customer" if is_customers else "desk"
        html = render(
            document,
            "html",
            language,
            files_url=f"{address}/files",
            reader=reader,
            zone=self.zone if is_customers else None,
        )
        body = Markup(html)  # noqa: S704 - rendered with autoescape by the tickets' own templates
        return self._page(
            "ticket.html",
            language,
            status,
            reference=ticket.reference,
            body=body,
            address=address,
            promise=self.promise(ticket, language) if is_customers else "",
            talk=conversation,
        )

    def promise(self, ticket: Ticket, language: Language) -> str:
        """Return the promised time of an answer in words; "" if none, or if it was answered."""
        if ticket.answer_by is None or not is_promise_open(ticket):
            return ""
        return promise_in_words(
            ticket.answer_by,
            language,
            reader=read_zone(ticket.environment.timezone),
            default_zone=self.zone,
            now=utc_now(),
        )

    def person(  # noqa: PLR0913 - what the form shows again
        self,
        language: Language,
        *,
        problem: str | None = None,
        case: str = "",
        contact: str = "",
        own_words: str = "",
        chat: str | None = None,
        via: str | None = None,
        notices: Sequence[Notice] = (),
        can_follow: bool = False,
        status: int = 200,
    ) -> Response:
        """Return the form that reaches support without a script; `problem` is the key of a text."""
        return self._page(
            "person.html",
            language,
            status,
            problem=problem,
            case=case,
            contact=contact,
            own_words=own_words,
            chat=chat,
            via=via,
            notices=notices,
            can_follow=can_follow,
        )

    def live_chat(self, language: Language, **values: Any) -> Response:  # noqa: ANN401 - see below
        """Return the page of the operator's chat; `plan` is None outside its hours."""
        return self._page(
            "live_chat.html", language, 200, **{"reference": "", "title": "", **values}
        )

    def waiting(self, language: Language, *, refresh_s: int, **values: Any) -> Response:  # noqa: ANN401 - see below
        """Return the waiting page: the number in line and a link to a person; it reloads itself."""
        page = self._page("waiting.html", language, 200, refresh_s=refresh_s, **values)
        page.headers["Retry-After"] = str(refresh_s)
        return page

    def choices(self, language: Language, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - see below
        """Return the checklists that the customer's own words may be about, with the words."""
        return self._page("choices.html", language, status, **values)

    def incident(self, language: Language, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - see below
        """Return the page of an incident, with the form to follow it."""
        return self._page("incident.html", language, status, **values)

    def again(self, language: Language, values: Mapping[str, str]) -> Response:
        """Return the question whether to add to an earlier ticket."""
        return self._page("again.html", language, 200, **values)

    def person_sent(self, language: Language, **values: str | None) -> Response:
        """Return the confirmation of a ticket sent without a script."""
        return self._page("person_sent.html", language, 200, **values)

    def fragment(self, template: str, language: Language, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
        """Return an HTML fragment for another page, escaped as all pages are."""
        return self._render(template, language, **values)

    def browser_look(self, language: Language, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Return the frame in which a browser measures a target."""
        return self._page("look.html", language, 200, **values)

    def friend(self, language: Language, *, host: str, look: str | None, address: str) -> Response:
        """Return the friend's page; with `look`, the token of a measurement, its frame."""
        return self._page("friend.html", language, 200, host=host, look=look, address=address)

    def friend_over(self, language: Language, why: str, *, status: int) -> Response:
        """Return the page of a friend's link that is no longer valid; `why` is a text's key."""
        return self._page("friend_over.html", language, status, why=why)

    def _page(self, template: str, language: Language, status: int, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        return HTMLResponse(self._render(template, language, **values), status, headers=_NO_STORE)

    def _render(self, template: str, language: Language, **values: Any) -> str:  # noqa: ANN401 - see above
        return self._templates.get_template(template).render(
            language=language,
            name=self._name,
            root=self.root,
            brand=self._brand,
            words=lambda key, **more: words(key, language, **more),
            **values,
        )


def as_download(content: bytes | str, name: str, media_type: str) -> Response:
    """Return a file that the browser saves instead of displaying it."""
    return Response(
        content,
        media_type=media_type,
        headers={
            **_NO_STORE,
            "Content-Disposition": _attachment(name),
            "Content-Security-Policy": FILE_POLICY,
        },
    )


def _attachment(name: str) -> str:
    """Return Content-Disposition with both forms of the name (RFC 6266, section 4.3)."""
    plain = "".join(char if _is_plain(char) else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_plain(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "._-")
