"""The plain HTML page of a known incident, with a form to be told when it is over."""

from __future__ import annotations

import structlog
from limits import RateLimitItemPerMinute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from diagnostics.texts import Language, drop_hidden
from intake.bootstrap import services
from intake.database import StorageError
from intake.drafts import DraftClosed
from intake.incidents import Incident, text_in
from intake.rate_limits import SharedLimiter
from intake.tickets import Ticket
from intake.web.customers.form_request import environment_of, language_of_form, read_form
from intake.web.language import language_of_request
from intake.web.limits.gate import client_of
from intake.web.pages import Pages
from intake.wizard.follow_incident import follow_incident

log = structlog.get_logger(__name__)

_BY_CLIENT = RateLimitItemPerMinute(10, 10)
_LONGEST_ID = 32
_LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3


class IncidentRoutes:
    """`/incident/<id>`. A GET changes nothing; ids can't be guessed, and reveal no secret."""

    def __init__(self, pages: Pages, language: Language, limiter: SharedLimiter) -> None:
        self._pages, self._language = pages, language
        self._limiter = limiter

    def routes(self) -> list[Route]:
        """Return the routes of the page and of its form."""
        return [
            Route("/incident/{id}", self._show, methods=["GET"]),
            Route("/incident/{id}", self._follow, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        language = language_of_request(request, self._language)
        incident = await run_in_threadpool(_find, request)
        if incident is None:
            return self._pages.missing(language)
        return self._page(incident, language)

    async def _follow(self, request: Request) -> Response:
        form = await read_form(request)
        language = language_of_form(form, request, self._language)
        incident = await run_in_threadpool(_find, request)
        if incident is None:
            return self._pages.missing(language)
        if form is None:
            return self._page(incident, language, problem="too_large", status=413)
        if incident.state != "open":
            return self._page(incident, language)
        email = drop_hidden(form.get("contact", ""), keep_lines=False).strip()[:_LONGEST_EMAIL]
        client = client_of(request.scope)
        if not await run_in_threadpool(self._limiter.hit, _BY_CLIENT, "follow", client):
            return self._page(incident, language, email=email, problem="plain_busy", status=429)
        noted: Ticket | str
        try:
            noted = await run_in_threadpool(
                follow_incident, incident, email, language, environment_of(request, form)
            )
        except (StorageError, DraftClosed):
            log.exception("a follower was not stored", incident=incident.id)
            noted = "sending_failed"
        if isinstance(noted, Ticket):
            return self._page(incident, language, reference=noted.reference)
        return self._page(incident, language, email=email, problem=noted, status=422)

    def _page(  # noqa: PLR0913 - what the form shows again
        self,
        incident: Incident,
        language: Language,
        *,
        email: str = "",
        problem: str = "",
        reference: str = "",
        status: int = 200,
    ) -> Response:
        return self._pages.incident(
            language,
            status=status,
            id=incident.id,
            text=text_in(incident.text, language),
            closing_text=text_in(incident.closing_text, language),
            is_over=incident.state != "open",
            can_follow=services().sends_receipts,
            email=email,
            problem=problem,
            reference=reference,
        )


def _find(request: Request) -> Incident | None:
    incident_id = request.path_params["id"]
    if len(incident_id) > _LONGEST_ID:
        return None
    incident = services().incidents.get(incident_id)
    return None if incident is None or incident.state == "declined" else incident
