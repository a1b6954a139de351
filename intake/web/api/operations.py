"""What the API does, behind its door: a ticket sent, a ticket read, a diagnosis."""

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
    asked: TicketRequest, *, client: str, earlier: str, note: Callable[[str], None]
) -> dict[str, Any] | Response:
    """
    Send a ticket, or say what it lacks.

    `earlier` is the draft that a try before this one had begun to send; `note` is told of this
    one's, before it is sent.

    Raises:
        StorageError: nothing was stored.
    """
    if earlier and (ticket := services().tickets.find_by_token(earlier)) is not None:
        return _sent(ticket, earlier)
    language = asked.language or ("ru" if services().settings.language == "ru" else "en")
    try:
        case = submission.begin_draft(asked, language)
        if case is None:
            names = sorted(services().checklists.now)
            return problem("checklist-unknown", members={"checklists": names})
        unknown = submission.unknown_names(asked, case.checklist)
        # Also where a name is unknown: else what is measured would be told as missing.
        case = submission.measure(case, client)
        case, walk = submission.finish_answers(case, asked)
        if unknown or not (walk.is_whole or (asked.incomplete and not _is_mistaken(walk))):
            leave_uncounted(services().engine, case.id)  # a try of a program's, no customer
            lacks = submission.lacks(walk, asked, case.checklist)
            link = f"{services().settings.base_url}/?case={case.token}&lang={language}"
            return incomplete(lacks, link)
        note(case.token)
        return _sent(submission.send(case, is_whole=walk.is_whole), case.token)
    except DraftTooLarge:
        return problem("too-large", "The answers together are too large.")
    except DraftClosed:
        return problem("closed")


def read_ticket(reference: str, token: ApiToken, requests: ApiRequests) -> Response:
    """A ticket as its customer sees it; with the scope for all of them, as staff do."""
    ticket = services().tickets.get(reference)
    sees_all = token.may(ApiScope.READ_ALL)
    if ticket is None or not (sees_all or requests.is_of(ticket.reference, token.name)):
        return problem("not-found")  # whether it exists is nobody else's business
    readable = ticket if sees_all else for_customer(ticket)
    text = render(readable, "json", ticket.language)
    return Response(text, media_type="application/json", headers=_NO_STORE)


def diagnose(asked: DiagnosisRequest, *, client: str) -> Response:
    """The report of one target, within the budgets that customers' checks have."""
    checks = services().checks
    reading = checks.read(asked.target)
    if not reading.accepted:
        hint = {"en": reading.explain("en"), "ru": reading.explain("ru")}
        return problem("target-refused", members={"hint": hint})
    run, spent = checks.begin(CheckRequest(reading.target, asked.kind, None), client)
    if run is None:
        return problem("budget-spent", spent, headers={"Retry-After": "600"})
    if not run.ended.wait(_DIAGNOSIS_AT_MOST_S):
        return problem("slow", headers={"Retry-After": "60"})
    if run.report is None:
        return problem("broken", "The diagnosis failed on our side.")
    return JSONResponse(run.report.as_dict(asked.language), headers=_NO_STORE)


def _is_mistaken(walk: submission.AnswerWalk) -> bool:
    """An answer that makes no sense is told; sending it to a person would not mend it."""
    return any(not refused.can_insist for refused in walk.refused.values())


def _sent(ticket: Ticket, draft_token: str) -> dict[str, Any]:
    # The draft's own key, not the link of a mail: that one proves to read the customer's mailbox,
    # and so opens what was written from it before. A program may name anybody's address.
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
