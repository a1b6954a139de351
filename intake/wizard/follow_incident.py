"""
"Tell me when it's over": a ticket that only waits for an incident's end.

It goes to no desk, so a thousand of them are no work for anybody; the receipt desk mails its
confirmation and the message of the end, each exactly once, like all other mails.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import structlog
from email_validator import EmailNotValidError, validate_email

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.delivery.desks.receipt import RECEIPT
from intake.incidents import Incident, text_in
from intake.journey.draft import Environment
from intake.tickets import Attachment, Ticket, compose_ticket
from intake.ui.texts import words
from intake.wizard import person_request
from intake.wizard.case import create_draft, find_case
from intake.wizard.offered_checklists import general_checklist
from intake.wizard.receipts import claim_receipt

log = structlog.get_logger(__name__)

WhyNot = Literal["incident_need_mail", "plain_busy"]


def follow_incident(
    incident: Incident, email: str, language: Language, environment: Environment
) -> Ticket | WhyNot:
    """
    Register an address for the message of the end; return the ticket, or a text key why not.

    Raises:
        StorageError: nothing was stored.
        DraftClosed: the draft was deleted meanwhile.
    """
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return "incident_need_mail"
    created = create_draft(general_checklist(), language, environment)
    case = find_case(created[0]) if created else None
    if case is None:
        return "plain_busy"
    wish = words("incident_wish", language, text=text_in(incident.text, language))
    person_request.keep(case, email, wish)

    def compose(reference: str, attachments: Sequence[Attachment]) -> Ticket:
        latest = find_case(case.token) or case
        return compose_ticket(
            case.checklist,
            latest.stored.draft,
            reference=reference,
            now=datetime.now(UTC),
            attachments=attachments,
            sent_as="follows-incident",
        ).model_copy(update={"follows": incident.id})

    # Anybody can type anybody's address, so the limits of receipts apply.
    if not claim_receipt(case, compose("", ())):
        return "plain_busy"
    ticket = services().tickets.send(case.id, compose, (RECEIPT,))
    services().worker.wake()
    log.info("an incident is followed", reference=ticket.reference, incident=incident.id)
    return ticket
