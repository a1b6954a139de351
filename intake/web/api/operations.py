"""The API's operations after authentication: send a ticket, read a ticket, diagnose."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from intake.accounts.api_requests import ApiRequests
from intake.accounts.api_tokens import ApiScope, ApiToken
from intake.bootstrap import services
from intake.checks import CheckRequest
from intake.drafts import DraftClosed, DraftTooLarge
from intake.drafts.visit_log import leave_uncounted
from intake.tickets import Ticket, for_customer, render
from intake.web.api import submission
from intake.web.api.models import BothLanguages, Cause, DiagnosisRequest, SentTicket, TicketRequest
from intake.web.api.problems import incomplete, problem

_DIAGNOSIS_AT_MOST_S: Final = 60.0
_NO_STORE: Final = {"Cache-Control": "no-store"}


def send_ticket(
    payload: TicketRequest, *, client: str, earlier: str, note: Callable[[str], None]
) -> dict[str, Any] | Response:
    """
    Send a ticket, or return a problem that lists what it lacks.

    `earlier` is the token of the draft that an earlier attempt with this key was about to send, or
    "". `note` is called with the token of this attempt's draft before it is sent.

    Raises:
        StorageError: nothing was stored.
    """
    if earlier and (ticket := services().tickets.find_by_token(earlier)) is not None:
        return _sent_ticket(ticket, earlier)
    language = payload.language or ("ru" if services().settings.language == "ru" else "en")
    try:
        case = submission.begin_draft(payload, language)
        if case is None:
            names = sorted(services().checklists.now)
            return problem("checklist-unknown", members={"checklists": names})
        unknown = submission.unknown_names(payload, case.checklist)
        # Measure even if a name is unknown, else measured answers would be reported as missing.
        case = submission.measure(case, client)
        case, walk = submission.finish_answers(case, payload)
        if unknown or not (
            walk.is_whole or (payload.incomplete and not _has_unusable_answer(walk))
        ):
            leave_uncounted(services().engine, case.id)  # a program's attempt, no customer
            incomplete_report = submission.incomplete_report(walk, payload, case.checklist)
            link = f"{services().settings.base_url}/?case={case.token}&lang={language}"
            return incomplete(incomplete_report, link)
        note(case.token)
        return _sent_ticket(submission.send(case, is_whole=walk.is_whole), case.token)
    except DraftTooLarge:
        return problem("too-large", "The answers together are too large.")
    except DraftClosed:
        return problem("closed")


def read_ticket(reference: str, token: ApiToken, requests: ApiRequests) -> Response:
    """Return a ticket as its customer sees it, or as staff do with the scope READ_ALL."""
    ticket = services().tickets.get(reference)
    sees_all = token.may(ApiScope.READ_ALL)
    if ticket is None or not (sees_all or requests.is_of(ticket.reference, token.name)):
        return problem("not-found")  # doesn't reveal whether the ticket exists
    readable = ticket if sees_all else for_customer(ticket)
    text = render(readable, "json", ticket.language)
    return Response(text, media_type="application/json", headers=_NO_STORE)


def diagnose(payload: DiagnosisRequest, *, client: str) -> Response:
    """Return the report of one target, within the budgets that customers' checks have."""
    checks = services().checks
    reading = checks.read(payload.target)
    if not reading.accepted:
        hint = {"en": reading.explain("en"), "ru": reading.explain("ru")}
        return problem("target-refused", members={"hint": hint})
    run, spent = checks.begin(CheckRequest(reading.target, payload.kind, None), client)
    if run is None:
        return problem("budget-spent", spent, headers={"Retry-After": "600"})
    if not run.ended.wait(_DIAGNOSIS_AT_MOST_S):
        return problem("slow", headers={"Retry-After": "60"})
    if run.report is None:
        return problem("broken", "The diagnosis failed on our side.")
    return JSONResponse(run.report.as_dict(payload.language), headers=_NO_STORE)


def _has_unusable_answer(walk: submission.AnswerWalk) -> bool:
    """Check for an answer that can't be insisted on; a person couldn't use it either."""
    return any(not refused.can_insist for refused in walk.refused.values())


def _sent_ticket(ticket: Ticket, draft_token: str) -> dict[str, Any]:
    # The draft's own key, not the key of a mailed link: that one proves access to the customer's
    # mailbox, and so opens earlier tickets from it. A program may name anybody's address.
    verdict = ticket.verdict
    title = BothLanguages(en=verdict.title.en, ru=verdict.title.ru) if verdict else None
    answer = SentTicket(
        reference=ticket.reference,
        url=f"{services().settings.base_url}/t/{draft_token}",
        state=ticket.state,
        sent_as=ticket.sent_as,
        subject=BothLanguages(en=ticket.headline.en, ru=ticket.headline.ru),
        cause=Cause(code=verdict.code, title=title) if verdict and title else None,
        missing=ticket.completeness.missing,
    )
    return dict(json.loads(answer.model_dump_json()))
