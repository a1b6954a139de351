"""The pages that need no JavaScript: not found, sign in, a customer's ticket."""

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
from intake.web.language import of_request
from intake.web.limits.headers import FILE_POLICY

_NO_STORE = {"Cache-Control": "no-store"}


class Pages:
    """Renders each page in the reader's language; escapes everything that is not ours."""

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
        """Answer any address that is nobody's with 404 and a way on, as an ASGI application."""
        page = self.missing(of_request(Request(scope), self._language))
        await page(scope, receive, send)

    def missing(self, language: Language) -> Response:
        """404, with the way to the start."""
        return self._page("not_found.html", language, 404)

    def broken(self, language: Language) -> Response:
        """500, when the fault is ours."""
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
        """The staff's door; `problem` is the end of the key of its words, or empty."""
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
        """The page that a link of the panel opens; its script posts the token."""
        return self._page("panel_enter.html", language, 200)

    def panel_refused(self, language: Language, *, status: int) -> Response:
        """That the link has ended or was used, and the way back to the panel."""
        return self._page("panel_refused.html", language, status, panel=self._panel)

    def panel_start(self, language: Language, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """What is wrong, and with which of the customer's own sites."""
        return self._page("panel_start.html", language, 200, **values)

    def from_link(self, token: str) -> Response:
        """The sign-in page with a token behind the `#`, where no server's log can hold it."""
        place = f"{self.root}/staff#token={quote(token, safe='')}"
        return RedirectResponse(place, 303, headers=_NO_STORE)

    def sign_out(self, language: Language, person: str) -> Response:
        """The question before the sign-out: a GET changes nothing."""
        named = person or words("sign_out_nameless", language)
        return self._page("sign_out.html", language, 200, person=named)

    def not_permitted(self, language: Language, person: str) -> Response:
        """403 for staff whose role lacks the right to this."""
        return self._page("not_permitted.html", language, 403, person=person)

    def staff_name(self, language: Language, name: str, place: str) -> Response:
        """Who of the staff uses this browser, which signs replies; `place` follows."""
        return self._page("staff_name.html", language, 200, person=name, place=place)

    def own_password(self, language: Language, login: str, problem: str) -> Response:
        """The form for another password of one's own."""
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
        """A ticket; with `conversation` the customer's, who reads first what became of it."""
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
        """When somebody answers; empty where nothing was promised, or somebody has answered."""
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
        """The form that reaches support without a script; `problem` is the key of its words."""
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
        """The page that the operator's chat opens in; `plan` is None outside its hours."""
        return self._page(
            "live_chat.html", language, 200, **{"reference": "", "title": "", **values}
        )

    def waiting(self, language: Language, *, refresh_s: int, **values: Any) -> Response:  # noqa: ANN401 - see below
        """The number in line, and the way to a person meanwhile; asks again by itself."""
        page = self._page("waiting.html", language, 200, refresh_s=refresh_s, **values)
        page.headers["Retry-After"] = str(refresh_s)
        return page

    def choices(self, language: Language, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - see below
        """What own words may be about, to choose from, and the words."""
        return self._page("choices.html", language, status, **values)

    def incident(self, language: Language, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - see below
        """What is known of an incident, and the way to hear of its end."""
        return self._page("incident.html", language, status, **values)

    def again(self, language: Language, values: Mapping[str, str]) -> Response:
        """Whether to add to an earlier ticket about the same."""
        return self._page("again.html", language, 200, **values)

    def person_sent(self, language: Language, **values: str | None) -> Response:
        """The number of a ticket that was sent without a script, and what comes of it."""
        return self._page("person_sent.html", language, 200, **values)

    def piece(self, template: str, language: Language, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
        """A piece of HTML of ours for another page, escaped as all pages are."""
        return self._render(template, language, **values)

    def browser_look(self, language: Language, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """The frame in which a browser looks at a target."""
        return self._page("look.html", language, 200, **values)

    def friend(self, language: Language, *, host: str, look: str | None, address: str) -> Response:
        """What a friend is asked to do; with `look` under way, its frame."""
        return self._page("friend.html", language, 200, host=host, look=look, address=address)

    def friend_over(self, language: Language, why: str, *, status: int) -> Response:
        """That a friend's link takes nothing more; `why` is the key of the words that say why."""
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
    """A file that the browser saves and never runs."""
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
    """Content-Disposition with the name in both spellings (RFC 6266, section 4.3)."""
    plain = "".join(char if _is_plain(char) else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_plain(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "._-")
