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
from intake.web.customers.plain_again import Earlier, Wish, send_or_ask, sent_keys
from intake.web.customers.plain_drafts import (
    LONGEST_TOKEN,
    case_of,
    choices_of,
    create_from_form,
    keep_typed,
    words_of,
    words_so_far,
)
from intake.web.language import of_request
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
        choices, folded = choices_of(language)
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
        return self._pages.piece("noscript.html", language, case=token[:LONGEST_TOKEN])

    def needs_script(self, language: Language) -> str:
        """What staff read without a script."""
        return self._pages.piece("noscript.html", language, case=None)

    async def _back_to_start(self, request: Request) -> Response:
        return self._to("/", lang=of_request(request, self._language))

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
        # In a thread as well: what may be chosen is read from the database.
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
        first, folded = choices_of(language, likeliest)
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
        """The database is away: what was typed stands there to be sent once more."""
        if form.get("noscript"):
            return self._pages.person(
                language, problem="sending_failed", own_words=words_of(form), status=503
            )
        return self._choose(form, language, "begin_failed", status=503)

    def _to(self, path: str, **query: str) -> Response:
        return RedirectResponse(f"{self._pages.root}{path}?{urlencode(query)}", 303)

    async def _show_person(self, request: Request) -> Response:
        case = await run_in_threadpool(case_of, request.query_params.get("case", ""))
        language = of_request(request, case.language if case else self._language)
        if case is not None and case.stored.status == "sent":
            return await run_in_threadpool(self._sent, case, language)
        return await run_in_threadpool(self._person, case, language, request.query_params)

    def _person(self, case: Case | None, language: Language, query: QueryParams) -> Response:
        """The form for a person, with what the case already holds."""
        return self._pages.person(
            language,
            case=case.token if case else "",
            contact=drop_hidden(query.get("contact", ""), keep_lines=False)[:200],
            own_words=words_so_far(case) if case else "",
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
                sent: Case | Earlier | str = await self._keep_and_send(
                    request, form, typed, language
                )
            except StorageError:
                log.exception("a ticket was not stored")
                sent = "sending_failed"
            if isinstance(sent, Earlier):
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
    ) -> Case | Earlier | str:
        client = client_of(request.scope)
        if not await run_in_threadpool(self._limiter.hit_or_raise, *_SENT_BY, client):
            return "plain_busy"
        environment = environment_of(request, form)
        kept = await run_in_threadpool(
            keep_typed, form.get("case", ""), **typed, language=language, environment=environment
        )
        if isinstance(kept, str):
            return kept
        wish = Wish(form.get("again", ""), sent_keys(request))
        is_canary = services().canary_mark.is_ours(form.get("canary", ""))
        sent_as: SentBy = "canary" if is_canary else "person-wanted"
        return await run_in_threadpool(send_or_ask, kept, wish, sent_as=sent_as)

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
