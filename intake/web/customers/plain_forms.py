"""
The start page and the form to a person in plain HTML: for slow lines, and without scripts.

The first screen covers Streamlit's page until that is loaded (`intake.js` removes it). Both
forms make the same drafts and tickets as the wizard. Cookies are ignored here, so a foreign page
that posts to us gains nothing but a draft of its own.
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
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language, drop_hidden
from intake.bootstrap import services
from intake.database import StorageError
from intake.rate_limits import SharedLimiter
from intake.ui import visitor
from intake.web.crowd.begin_threads import run_in_begin_thread
from intake.web.customers.form_request import environment_of, language_of_form, read_form
from intake.web.customers.plain_drafts import (
    LONGEST_TOKEN,
    case_of,
    create_from_form,
    start_choices,
    store_typed,
    stored_words,
    words_of,
)
from intake.web.customers.plain_earlier_ticket import (
    EarlierTicket,
    EarlierTicketChoice,
    send_or_ask,
    sent_keys,
)
from intake.web.language import language_of_request
from intake.web.limits.gate import client_of
from intake.web.pages import Pages
from intake.wizard import live_chat, own_words, person_request
from intake.wizard.case import Case
from intake.wizard.receipts import copy_address
from intake.wizard.send_ticket import SentBy

log = structlog.get_logger(__name__)

_STYLE: Final = Path(__file__).parents[1] / "assets" / "first_screen.css"
_BEGUN_BY_CLIENT = RateLimitItemPerMinute(30, 10)  # a whole office may be behind one address
_SENT_BY = RateLimitItemPerMinute(10, 10), "send"


class PlainForms:
    """The routes of both forms, and the first screen's HTML."""

    def __init__(self, pages: Pages, language: Language, limiter: SharedLimiter) -> None:
        self._pages, self._language = pages, language
        self._limiter = limiter

    def routes(self) -> list[Route]:
        """Return the routes of `/begin` and `/person`. A GET changes nothing."""
        return [
            Route("/begin", self._back_to_start, methods=["GET"]),
            Route("/begin", self._begin, methods=["POST"]),
            Route("/person", self._show_person, methods=["GET"]),
            Route("/person", self._send, methods=["POST"]),
        ]

    def first_html(self, request: Request, *, is_busy: bool) -> Callable[[Language], str]:
        """Return what renders / before any script: the start, or a hint for a case."""
        token = request.query_params.get("case")
        if services().settings.panel_required and not token:
            return self._panel_first
        if (
            token or "problem" in request.query_params
        ):  # proposals in a link are read by the wizard only
            return partial(self.in_case, token or "")
        via = request.query_params.get("via", "")
        return partial(self.first_screen, via=via, is_busy=is_busy)

    def _panel_first(self, language: Language) -> str:
        """Return the first screen if customers must come from the panel, with a link to it."""
        return self._pages.fragment(
            "panel_first.html", language, panel=services().settings.panel_url, style=_style()
        )

    def first_screen(self, language: Language, via: str = "", *, is_busy: bool = False) -> str:
        """Return the start as an HTML fragment: the choices, the own words, a person."""
        choices, folded = start_choices(language)
        return self._pages.fragment(
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
        """Return the no-script hint of a case: no question can be drawn, so it names a person."""
        return self._pages.fragment("noscript.html", language, case=token[:LONGEST_TOKEN])

    def needs_script(self, language: Language) -> str:
        """Return the no-script hint for staff."""
        return self._pages.fragment("noscript.html", language, case=None)

    async def _back_to_start(self, request: Request) -> Response:
        return self._to("/", lang=language_of_request(request, self._language))

    async def _begin(self, request: Request) -> Response:
        form = await read_form(request)
        language = language_of_form(form, request, self._language)
        if form is None:
            return self._pages.person(language, problem="plain_busy", status=429)
        try:
            return await self._begin_with(request, form, language)
        except StorageError:
            log.exception("a draft was not begun")
            return await run_in_threadpool(self._not_begun, form, language)

    async def _begin_with(
        self, request: Request, form: dict[str, str], language: Language
    ) -> Response:
        client = client_of(request.scope)
        if not await run_in_begin_thread(
            self._limiter.hit_or_raise, _BEGUN_BY_CLIENT, "begin", client
        ):
            return self._pages.person(language, problem="plain_busy", status=429)
        if services().settings.panel_required:
            return self._to("/", lang=language)
        begun = await run_in_begin_thread(
            create_from_form, form, language, environment_of(request, form)
        )
        # In a thread as well: the choices are read from the database.
        return await run_in_threadpool(self._to_draft, begun, form, language)

    def _to_draft(
        self,
        begun: tuple[str, str | None] | own_words.Route | None,
        form: dict[str, str],
        language: Language,
    ) -> Response:
        if isinstance(begun, own_words.Route):
            notice = "own_words_empty" if begun.is_empty else "own_words_unclear"
            return self._choose(form, language, notice, likeliest=begun.likeliest)
        if begun is None:
            return self._to("/", lang=language)
        token, step = begun
        if form.get("noscript"):
            return self._to("/person", case=token, lang=language)
        return self._to("/", case=token, **({"step": step} if step else {}), lang=language)

    def _choose(
        self,
        form: dict[str, str],
        language: Language,
        notice: str,
        *,
        likeliest: tuple[str, ...] = (),
        status: int = 200,
    ) -> Response:
        first, folded = start_choices(language, likeliest)
        return self._pages.choices(
            language,
            status=status,
            choices=first,
            folded=folded,
            own_words=words_of(form),
            said=notice,
            via=visitor.read_channel(form.get("via", "")),
        )

    def _not_begun(self, form: dict[str, str], language: Language) -> Response:
        """Answer while the database fails: the form again, with what was typed."""
        if form.get("noscript"):
            return self._pages.person(
                language, problem="sending_failed", own_words=words_of(form), status=503
            )
        return self._choose(form, language, "begin_failed", status=503)

    def _to(self, path: str, **query: str) -> Response:
        return RedirectResponse(f"{self._pages.root}{path}?{urlencode(query)}", 303)

    async def _show_person(self, request: Request) -> Response:
        case = await run_in_threadpool(case_of, request.query_params.get("case", ""))
        language = language_of_request(request, case.language if case else self._language)
        if case is not None and case.stored.status == "sent":
            return await run_in_threadpool(self._sent, case, language)
        return await run_in_threadpool(self._person, case, language, request.query_params)

    def _person(self, case: Case | None, language: Language, query: QueryParams) -> Response:
        """Return the form to a person, filled with what the case already holds."""
        return self._pages.person(
            language,
            case=case.token if case else "",
            contact=drop_hidden(query.get("contact", ""), keep_lines=False)[:200],
            own_words=stored_words(case) if case else "",
            chat=live_chat.path(case, language),
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
        problem = await run_in_threadpool(
            person_request.problem_of, contact, own_words, doubted=form.get("doubted", "")
        )
        token = form.get("case", "")
        if problem is None:
            typed = {"contact": contact, "own_words": own_words}
            try:
                sent: Case | EarlierTicket | str = await self._keep_and_send(
                    request, form, typed, language
                )
            except StorageError:
                log.exception("a ticket was not stored")
                sent = "sending_failed"
            if isinstance(sent, EarlierTicket):
                return self._pages.again(language, sent.words(language, self._pages.zone) | typed)
            if isinstance(sent, Case):
                return self._to("/person", case=sent.token, lang=language)
            problem = sent
        return self._pages.person(
            language,
            problem=problem,
            case=token,
            contact=contact,
            own_words=own_words,
            status=503 if problem == "sending_failed" else 422,
        )

    async def _keep_and_send(
        self, request: Request, form: dict[str, str], typed: dict[str, str], language: Language
    ) -> Case | EarlierTicket | str:
        client = client_of(request.scope)
        if not await run_in_threadpool(self._limiter.hit_or_raise, *_SENT_BY, client):
            return "plain_busy"
        environment = environment_of(request, form)
        kept = await run_in_threadpool(
            store_typed, form.get("case", ""), **typed, language=language, environment=environment
        )
        if isinstance(kept, str):
            return kept
        choice = EarlierTicketChoice(form.get("again", ""), sent_keys(request))
        is_canary = services().canary_mark.is_ours(form.get("canary", ""))
        sent_as: SentBy = "canary" if is_canary else "person-wanted"
        return await run_in_threadpool(send_or_ask, kept, choice, sent_as=sent_as)

    def _sent(self, case: Case, language: Language) -> Response:
        ticket = services().tickets.find_by_token(case.token)
        return self._pages.person_sent(
            language,
            reference=case.stored.reference or "",
            promise=self._pages.promise(ticket, language) if ticket else "",
            copy_to=copy_address(ticket) if ticket else "",
            link=f"{self._pages.root}/t/{case.token}?lang={language}",
            chat=live_chat.path(case, language),
        )


@cache
def _style() -> Markup:
    return Markup(_STYLE.read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
