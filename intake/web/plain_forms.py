"""
The start and the way to a person in plain HTML: at once on a slow line, and without any script.

The first screen lies over Streamlit's page until that is loaded (`intake.js` takes it away). Both
forms make the same drafts and the same tickets as the wizard. No cookie counts here, so that a
foreign page that posts to us gains nothing but a draft of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import structlog
from limits import RateLimitItemPerMinute
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language, drop_hidden
from intake.bootstrap import services
from intake.database import StorageError
from intake.drafts import DraftClosed, DraftTooLarge
from intake.drafts.visit_log import leave_uncounted
from intake.journey.draft import OWN_WORDS, Environment
from intake.rate_limits import SharedLimiter
from intake.ui import visitor
from intake.web.begin_threads import run_in_begin_thread
from intake.web.form_request import environment_of, language_of_form, read_form
from intake.web.gate import client_of
from intake.web.language import of_request
from intake.web.pages import Pages
from intake.web.plain_again import Earlier, Wish, send_or_ask, sent_keys
from intake.wizard import live_chat, own_words, person_request
from intake.wizard.case import Case, create_draft, find_case
from intake.wizard.offered_checklists import first_choices, general_checklist
from intake.wizard.send_ticket import SentBy

log = structlog.get_logger(__name__)

_STYLE: Final = Path(__file__).parent / "assets" / "first_screen.css"
_LONGEST_TOKEN: Final = 128
_BEGUN_BY_CLIENT = RateLimitItemPerMinute(30, 10)  # a whole office may be behind one address
_SENT_BY = RateLimitItemPerMinute(10, 10), "send"


class PlainForms:
    """Routes of both forms, and the first screen's HTML."""

    def __init__(self, pages: Pages, language: Language, limiter: SharedLimiter) -> None:
        self._pages, self._language = pages, language
        self._limiter = limiter

    def routes(self) -> list[Route]:
        """`/begin` and `/person`. A GET changes nothing."""
        return [
            Route("/begin", self._back_to_start, methods=["GET"]),
            Route("/begin", self._begin, methods=["POST"]),
            Route("/person", self._show_person, methods=["GET"]),
            Route("/person", self._send, methods=["POST"]),
        ]

    def first_html(self, request: Request, *, is_busy: bool) -> Callable[[Language], str]:
        """What the page at / shows before any script: the start, or in a case nothing but words."""
        token = request.query_params.get("case")
        if services().settings.panel_required and not token:
            return self._way_to_panel
        if token or "problem" in request.query_params:  # a link's proposals are for the wizard
            return partial(self.in_case, token or "")
        via = request.query_params.get("via", "")
        return partial(self.first_screen, via=via, is_busy=is_busy)

    def _way_to_panel(self, language: Language) -> str:
        """Where customers begin from the panel alone: the way there, and to a person."""
        return self._pages.piece(
            "panel_first.html", language, panel=services().settings.panel_url, style=_style()
        )

    def first_screen(self, language: Language, via: str = "", *, is_busy: bool = False) -> str:
        """The start as a piece of HTML: the choices, the customer's own words, a person."""
        choices, folded = _choices(language)
        return self._pages.piece(
            "first_screen.html",
            language,
            choices=choices,
            folded=folded,
            is_busy=is_busy,
            style=_style(),
            notices=services().notices.current(language),
            can_follow=services().sends_receipts,
            via=visitor.read_channel(via),
        )

    def in_case(self, token: str, language: Language) -> str:
        """Without a script no question can be drawn: the way to a person, with what was said."""
        return self._pages.piece("noscript.html", language, case=token[:_LONGEST_TOKEN])

    def needs_script(self, language: Language) -> str:
        """What staff read without a script."""
        return self._pages.piece("noscript.html", language, case=None)

    async def _back_to_start(self, request: Request) -> Response:
        return self._to("/", lang=of_request(request, self._language))

    async def _begin(self, request: Request) -> Response:
        form = await read_form(request)
        language = language_of_form(form, request, self._language)
        client = client_of(request.scope)
        if form is None or not await run_in_begin_thread(
            self._limiter.hit, _BEGUN_BY_CLIENT, "begin", client
        ):
            return self._pages.person(language, problem="plain_busy", status=429)
        if services().settings.panel_required:
            return self._to("/", lang=language)
        begun = await run_in_begin_thread(_create, form, language, environment_of(request, form))
        if isinstance(begun, own_words.Route):
            first, folded = await run_in_threadpool(_choices, language, begun.likeliest)
            return self._pages.choices(
                language,
                choices=first,
                folded=folded,
                own_words=_words_of(form),
                said="own_words_empty" if begun.is_empty else "own_words_unclear",
                via=visitor.read_channel(form.get("via", "")),
            )
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
            return await run_in_threadpool(self._sent, case, language)
        chat = await run_in_threadpool(live_chat.path, case, language)
        token, own_words = (case.token, _said_words(case)) if case else ("", "")
        query = request.query_params
        return self._pages.person(
            language,
            case=token,
            contact=drop_hidden(query.get("contact", ""), keep_lines=False)[:200],
            own_words=own_words,
            chat=chat,
            via=visitor.read_channel(query.get("via", "")),
            notices=services().notices.current(language),
            can_follow=services().sends_receipts,
        )

    async def _send(self, request: Request) -> Response:
        form = await read_form(request)
        language = language_of_form(form, request, self._language)
        if form is None:
            return self._pages.person(language, problem="too_large", status=413)
        contact = drop_hidden(form.get("contact", ""), keep_lines=False)
        own_words = drop_hidden(form.get("words", ""), keep_lines=True)
        problem, client = person_request.problem_of(contact, own_words), client_of(request.scope)
        if problem is None and not await run_in_threadpool(self._limiter.hit, *_SENT_BY, client):
            problem = "plain_busy"
        token = form.get("case", "")
        if problem is None:
            kept: Case | str = await run_in_threadpool(
                _keep, token, contact, own_words, language, environment_of(request, form)
            )
            sent: Case | Earlier | str = kept
            if isinstance(kept, Case):
                wish = Wish(form.get("again", ""), sent_keys(request))
                is_canary = services().canary_mark.is_ours(form.get("canary", ""))
                sent_as: SentBy = "canary" if is_canary else "person-wanted"
                sent = await run_in_threadpool(send_or_ask, kept, wish, sent_as=sent_as)
            if isinstance(sent, Earlier):
                typed = {"contact": contact, "own_words": own_words}
                return self._pages.again(language, sent.words(language, self._pages.zone) | typed)
            if isinstance(sent, Case):
                return self._to("/person", case=sent.token, lang=language)
            problem = sent
        return self._pages.person(
            language, problem=problem, case=token, contact=contact, own_words=own_words, status=422
        )

    def _sent(self, case: Case, language: Language) -> Response:
        ticket = services().tickets.find_by_token(case.token)
        return self._pages.person_sent(
            language,
            reference=case.stored.reference or "",
            promise=self._pages.promise(ticket, language) if ticket else "",
            link=f"{self._pages.root}/t/{case.token}?lang={language}",
            chat=live_chat.path(case, language),
        )


@cache
def _style() -> Markup:
    return Markup(_STYLE.read_text(encoding="utf-8"))  # noqa: S704 - a file of ours


_Choice = tuple[str, str, str]


def _choices(
    language: Language, likeliest: tuple[str, ...] = ()
) -> tuple[list[_Choice], list[_Choice]]:
    """What stands at the start, and what is folded: names, titles and what they are about."""
    first, folded = (
        [
            (
                name,
                checklist.title.in_(language),
                checklist.about.in_(language) if checklist.about else "",
            )
            for name, checklist in choices
        ]
        for choices in first_choices(likeliest)
    )
    return first, folded


def _words_of(form: dict[str, str]) -> str:
    return drop_hidden(form.get("words", ""), keep_lines=True)[: person_request.LONGEST_WORDS]


def _create(
    form: dict[str, str], language: Language, environment: Environment
) -> tuple[str, str | None] | own_words.Route | None:
    """
    A draft of the chosen checklist, or of the one that the words are clearly about.

    Where they aren't, what they may be about. Without a script no question can be drawn, so that
    the general checklist takes the words to a person.
    """
    text, chosen = _words_of(form), form.get("checklist", "")
    if not chosen and not text:
        return None
    if not chosen and not form.get("noscript"):
        route = own_words.route_of(text)
        if route.chosen is None:
            return route
        chosen = route.chosen
    name = chosen or general_checklist()
    answers = own_words.answers_with(name, text) if text else None
    created = create_draft(name, language, environment, answers)
    if created and services().canary_mark.is_ours(form.get("canary", "")):
        case = find_case(created[0])
        leave_uncounted(services().engine, case.id if case else "")
    return created


def _case_of(token: str) -> Case | None:
    return find_case(token) if 0 < len(token) <= _LONGEST_TOKEN else None


def _said_words(case: Case) -> str:
    answers = case.stored.draft.answers
    answer = answers.get(person_request.words_step(case.checklist)) or answers.get(OWN_WORDS)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def _keep(
    token: str, contact: str, own_words: str, language: Language, environment: Environment
) -> Case | str:
    """Keep what was typed in the draft of a token, or in a new one; or the words for why not."""
    case = _case_of(token)
    if case is None:
        created = create_draft(general_checklist(), language, environment)
        case = find_case(created[0]) if created else None
    if case is None:
        return "plain_busy"
    try:
        if case.stored.status != "sent":
            person_request.keep(case, contact, own_words)
    except DraftClosed:
        pass  # sent meanwhile, by a second tap: its number is first
    except DraftTooLarge:
        return "too_large"
    except StorageError:
        log.exception("a draft was not kept", draft=case.id)
        return "sending_failed"
    return find_case(case.token) or case
