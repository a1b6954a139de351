"""
The start and the way to a person in plain HTML: at once on a slow line, and without any script.

The first screen lies over Streamlit's page until that is loaded (`intake.js` takes it away). Both
forms make the same drafts and the same tickets as the wizard. No cookie counts here, so that a
foreign page that posts to us gains nothing but a draft of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlencode

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language, drop_hidden, served_languages
from intake.bootstrap import services
from intake.database import StorageError
from intake.drafts import DraftClosed, DraftTooLarge
from intake.journey import Answer, Draft, Journey
from intake.journey.draft import OWN_WORDS, Environment
from intake.ui import visitor
from intake.web.gate import MAX_FORM_BYTES, client_of
from intake.web.language import of_request
from intake.web.pages import Pages
from intake.wizard import person_request, send_ticket
from intake.wizard.case import Case, create_draft, find_case
from intake.wizard.offered_checklists import general_checklist, offered_checklists

log = structlog.get_logger(__name__)

_STYLE: Final = Path(__file__).parent / "assets" / "first_screen.css"
_MAX_FIELDS: Final = 10
_LONGEST_TOKEN: Final = 128
_BEGUN_BY_CLIENT = RateLimitItemPerMinute(30, 10)  # a whole office may be behind one address
_SENT_BY_CLIENT = RateLimitItemPerMinute(10, 10)


class PlainForms:
    """Routes of both forms, and the first screen's HTML."""

    def __init__(self, pages: Pages, language: Language) -> None:
        self._pages, self._language = pages, language
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def routes(self) -> list[Route]:
        """`/begin` and `/person`. A GET changes nothing."""
        return [
            Route("/begin", self._back_to_start, methods=["GET"]),
            Route("/begin", self._begin, methods=["POST"]),
            Route("/person", self._show_person, methods=["GET"]),
            Route("/person", self._send, methods=["POST"]),
        ]

    def first_html(self, request: Request) -> Callable[[Language], str]:
        """What the page at / shows before any script: the start, or in a case nothing but words."""
        token = request.query_params.get("case")
        # What a panel's link proposes is for the wizard to show.
        if token or "problem" in request.query_params:
            return partial(self.in_case, token or "")
        return self.first_screen

    def first_screen(self, language: Language) -> str:
        """The start as a piece of HTML: the choices, the customer's own words, a person."""
        choices = [
            (name, checklist.title.in_(language), checklist.about and checklist.about.in_(language))
            for name, checklist in offered_checklists()
        ]
        style = Markup(_STYLE.read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
        return self._pages.piece("first_screen.html", language, choices=choices, style=style)

    def in_case(self, token: str, language: Language) -> str:
        """Without a script no question can be drawn: the way to a person, with what was said."""
        return self._pages.piece("noscript.html", language, case=token[:_LONGEST_TOKEN])

    def needs_script(self, language: Language) -> str:
        """What staff read without a script."""
        return self._pages.piece("noscript.html", language, case=None)

    async def _back_to_start(self, request: Request) -> Response:
        return self._to("/", lang=of_request(request, self._language))

    async def _begin(self, request: Request) -> Response:
        form = await _read(request)
        language = _language_of(form, request, self._language)
        if form is None or not self._limiter.hit(
            _BEGUN_BY_CLIENT, "begin", client_of(request.scope)
        ):
            return self._pages.person(language, problem="plain_busy", status=429)
        begun = await run_in_threadpool(_create, form, language, _environment(request, form))
        if begun is None:
            return self._to("/", lang=language)
        token, step = begun
        if form.get("noscript"):
            return self._to("/person", case=token, lang=language)
        return self._to("/", case=token, **({"step": step} if step else {}), lang=language)

    def _to(self, path: str, **query: str) -> Response:
        return RedirectResponse(f"{self._pages.root}{path}?{urlencode(query)}", 303)

    async def _show_person(self, request: Request) -> Response:
        case = await run_in_threadpool(_case_of, request.query_params.get("case", ""))
        language = of_request(request, case.language if case else self._language)
        if case is not None and case.stored.status == "sent":
            return self._sent(case, language)
        own_words = _said_words(case) if case else ""
        return self._pages.person(language, case=case.token if case else "", own_words=own_words)

    async def _send(self, request: Request) -> Response:
        form = await _read(request)
        language = _language_of(form, request, self._language)
        if form is None:
            return self._pages.person(language, problem="too_large", status=413)
        contact = drop_hidden(form.get("contact", ""), keep_lines=False)
        own_words = drop_hidden(form.get("words", ""), keep_lines=True)
        problem = person_request.problem_of(contact, own_words)
        if problem is None and not self._limiter.hit(
            _SENT_BY_CLIENT, "send", client_of(request.scope)
        ):
            problem = "plain_busy"
        token = form.get("case", "")
        if problem is None:
            sent = await run_in_threadpool(
                _send_to_person, token, contact, own_words, language, _environment(request, form)
            )
            if isinstance(sent, Case):
                return self._to("/person", case=sent.token, lang=language)
            problem = sent
        return self._pages.person(
            language, problem=problem, case=token, contact=contact, own_words=own_words, status=422
        )

    def _sent(self, case: Case, language: Language) -> Response:
        return self._pages.person_sent(
            language,
            reference=case.stored.reference or "",
            link=f"{self._pages.root}/t/{case.token}?lang={language}",
        )


async def _read(request: Request) -> dict[str, str] | None:
    """The fields of a form (WHATWG URL, section 5.1); None where it is too large to be one."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return None
    try:
        # A wrong byte becomes U+FFFD; a form of more fields than ours raises.
        fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def _language_of(form: dict[str, str] | None, request: Request, default: Language) -> Language:
    asked = (form or {}).get("lang", "")
    return asked if asked in served_languages() else of_request(request, default)


def _environment(request: Request, form: dict[str, str]) -> Environment:
    browser, system = visitor.names_of_agent(request.headers.get("user-agent", "")[:400])
    locale = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0]
    return Environment(
        browser=browser,
        os=system,
        ip=request.client.host if request.client else None,
        locale=locale[:40] or None,
        timezone=form.get("zone", "")[:60] or None,
    )


def _create(
    form: dict[str, str], language: Language, environment: Environment
) -> tuple[str, str | None] | None:
    """A draft of the chosen checklist, or of the general one for words alone."""
    own_words = drop_hidden(form.get("words", ""), keep_lines=True)[: person_request.LONGEST_WORDS]
    chosen = form.get("checklist", "")
    if not chosen and not own_words:
        return None
    answers = _first_answers(chosen, own_words, language) if own_words else None
    return create_draft(chosen or general_checklist(), language, environment, answers)


def _first_answers(chosen: str, own_words: str, language: Language) -> dict[str, Answer]:
    """The words beside a choice; alone they answer the general checklist's own question."""
    now = datetime.now(UTC)
    checklist = None if chosen else services().checklists.get(general_checklist())
    asked = next(iter(checklist.asks_with_role("description")), None) if checklist else None
    if checklist is not None and asked is not None:
        journey = Journey(checklist, Draft(language=language))
        answer = journey.accept(asked, own_words, now=now)
        if isinstance(answer, Answer):
            return {asked.id: answer}
    # Beside a choice, or too little for an answer: the question is asked, and nothing is lost.
    return {OWN_WORDS: Answer(value=own_words, at=now)}


def _case_of(token: str) -> Case | None:
    return find_case(token) if 0 < len(token) <= _LONGEST_TOKEN else None


def _said_words(case: Case) -> str:
    answers = case.stored.draft.answers
    answer = answers.get(person_request.words_step(case.checklist)) or answers.get(OWN_WORDS)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def _send_to_person(
    token: str, contact: str, own_words: str, language: Language, environment: Environment
) -> Case | str:
    """Send the draft of a token, or a new one; returns it, or the words for what went wrong."""
    case = _case_of(token)
    if case is None:
        created = create_draft(general_checklist(), language, environment)
        case = find_case(created[0]) if created else None
    if case is None:
        return "plain_busy"
    if case.stored.status == "sent":
        return case
    try:
        person_request.keep(case, contact, own_words)
        send_ticket.send(find_case(case.token) or case, sent_as="person-wanted")
    except DraftClosed:
        pass  # sent meanwhile, by a second tap: its number is shown
    except DraftTooLarge:
        return "too_large"
    except StorageError:
        log.exception("a ticket was not stored", draft=case.id)
        return "sending_failed"
    return find_case(case.token) or case
