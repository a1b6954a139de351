"""
Customers who come from the host's panel: `/enter` takes the signed token, `/panel/…` begins.

The token comes in a form (POST), or behind the `#` of a link, from where a script puts it into a
form: so it is in no log and no history, and a GET doesn't use it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol
from urllib.parse import urlencode

import structlog
from limits import RateLimitItemPerMinute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language, served_languages
from intake.accounts.panel_link import PanelLinks, PanelRefused, PanelVisit
from intake.bootstrap import services
from intake.journey.draft import Environment
from intake.rate_limits import SharedLimiter
from intake.web.access import BY_CUSTOMERS_KEY, EVERYBODY, declare
from intake.web.customers.form_request import environment_of
from intake.web.language import language_of_request
from intake.web.limits.gate import client_of
from intake.web.pages import Pages
from intake.wizard.case import create_draft
from intake.wizard.offered_checklists import first_choices, general_checklist
from intake.wizard.panel_answers import answers_of, asks_for_site

log = structlog.get_logger(__name__)

_BY_CLIENT: Final = RateLimitItemPerMinute(60)
# A link opens for two hours; nobody begins more cases with one than this.
_BY_KEY: Final = RateLimitItemPerMinute(20, 10)
_MOST_SITES: Final = 100
_PERSON: Final = "person"
_LONGEST_SITE: Final = 2048


class AccountSource(Protocol):
    """A source of account data that the panel's link left out."""

    def complete(self, visit: PanelVisit) -> PanelVisit:
        """Return the visit with missing data filled in; data of the link has precedence."""


class PanelRoutes:
    """Entry of customers signed in to the panel; without configured keys all are refused."""

    def __init__(
        self,
        links: PanelLinks,
        pages: Pages,
        language: Language,
        *,
        account_sources: Sequence[AccountSource] = (),
        limiter: SharedLimiter,
    ) -> None:
        self._links, self._pages, self._language = links, pages, language
        self._account_sources = account_sources
        self._limiter = limiter

    def routes(self) -> list[Route]:
        """Return the routes; `/enter` is protected by the token, `/panel/{key}` by its key."""
        return [
            *declare(
                EVERYBODY,
                [
                    Route("/enter", self._wait, methods=["GET"]),
                    Route("/enter", self._enter, methods=["POST"]),
                ],
            ),
            *declare(
                BY_CUSTOMERS_KEY,
                [
                    Route("/panel/{key}", self._choose, methods=["GET"]),
                    Route("/panel/{key}", self._begin, methods=["POST"]),
                ],
            ),
        ]

    async def _wait(self, request: Request) -> Response:
        """Return a page whose script posts the token of the link."""
        return self._pages.panel_enter(language_of_request(request, self._language))

    async def _enter(self, request: Request) -> Response:
        language = language_of_request(request, self._language)
        if not await run_in_threadpool(self._limiter.hit, _BY_CLIENT, client_of(request.scope)):
            return self._pages.panel_refused(language, status=429)
        async with request.form(max_files=0, max_fields=8) as form:
            token, zone = str(form.get("token", "")), str(form.get("zone", ""))[:60]
        try:
            visit = await run_in_threadpool(self._links.enter, token)
        except PanelRefused as refusal:
            log.warning("a panel's token was refused", reason=refusal.reason, detail=refusal.detail)
            return self._pages.panel_refused(language, status=403)
        if visit.lang in served_languages():
            language = visit.lang
        place = await run_in_threadpool(self._open, request, visit, zone, language)
        return RedirectResponse(place, 303, headers={"Cache-Control": "no-store"})

    def _open(self, request: Request, visit: PanelVisit, zone: str, language: Language) -> str:
        """Return the address for an accepted customer: the named case, or the choice of one."""
        for source in self._account_sources:
            visit = source.complete(visit)
        checklist = services().checklists.get(visit.checklist) if visit.checklist else None
        site = visit.target or (visit.sites[0] if len(visit.sites) == 1 else "")
        if checklist is not None and (site or not asks_for_site(checklist)):
            environment = environment_of(request, {"zone": zone})
            return self._create_draft(visit, visit.checklist, site, language, environment)
        key = self._links.keep(visit)
        return f"{self._pages.root}/panel/{key}?{urlencode({'lang': language})}"

    async def _choose(self, request: Request) -> Response:
        language = language_of_request(request, self._language)
        visit = await run_in_threadpool(self._links.find, request.path_params["key"])
        if visit is None:
            return self._pages.panel_refused(language, status=404)
        first, folded = await run_in_threadpool(first_choices)
        return self._pages.panel_start(
            language,
            person=visit.name,
            address=f"{self._pages.root}/panel/{request.path_params['key']}",
            sites=visit.sites[:_MOST_SITES],
            choices=[(name, checklist.title.in_(language)) for name, checklist in first],
            folded=[(name, checklist.title.in_(language)) for name, checklist in folded],
        )

    async def _begin(self, request: Request) -> Response:
        language = language_of_request(request, self._language)
        visit = await run_in_threadpool(self._links.find, request.path_params["key"])
        if visit is None:
            return self._pages.panel_refused(language, status=404)
        if not await run_in_threadpool(self._limiter.hit, _BY_KEY, request.path_params["key"]):
            return self._pages.panel_refused(language, status=429)
        async with request.form(max_files=0, max_fields=8) as form:
            fields = {name: str(value)[:_LONGEST_SITE] for name, value in form.items()}
        environment = environment_of(request, fields)
        site = fields.get("site", "")
        # Only a site from the panel's own list counts as the panel's word.
        site = site if site in visit.sites else visit.target
        name = fields.get("checklist", "")
        place = await run_in_threadpool(
            self._create_draft, visit, name, site, language, environment
        )
        return RedirectResponse(place, 303, headers={"Cache-Control": "no-store"})

    def _create_draft(
        self, visit: PanelVisit, name: str, site: str, language: Language, environment: Environment
    ) -> str:
        """Create a draft with the panel's data; return the address that opens it."""
        chosen = general_checklist() if name == _PERSON else name
        checklist = services().checklists.get(chosen)
        if checklist is None:
            return f"{self._pages.root}/?{urlencode({'lang': language})}"
        answers = answers_of(checklist, visit, site, language)
        created = create_draft(chosen, language, environment, answers)
        query = {"case": created[0] if created else "", "lang": language}
        if name == _PERSON:
            query["view"] = _PERSON
        return f"{self._pages.root}/?{urlencode(query)}"
