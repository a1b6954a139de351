"""Sends a draft as a ticket: stores it in one transaction, then wakes the outbox."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import structlog

from intake.bootstrap import services
from intake.delivery.desks.receipt import RECEIPT
from intake.journey import Hint
from intake.tickets import Attachment, Ticket, compose_ticket
from intake.tickets.canary_mark import CANARY
from intake.ui.texts import words
from intake.wizard.case import Case, find_case
from intake.wizard.promise import promised_for
from intake.wizard.receipts import claim_receipt

log = structlog.get_logger(__name__)

SentBy = Literal["complete", "person-wanted", "canary"]  # the canary's goes to no desk

_LAST_MOMENT_S = 1.5  # a check about to end may still be included; a slow one never delays a ticket


def send(case: Case, *, sent_as: SentBy) -> Ticket:
    """
    Store the ticket of a draft; a second click, tab or reload gets the same one.

    Raises:
        StorageError: nothing was stored; the draft is unchanged.
        DraftClosed: the draft was deleted meanwhile.
    """

    def compose(reference: str, attachments: Sequence[Attachment]) -> Ticket:
        # Inside the transaction, where nobody can change the draft, so that the last answer of
        # another tab is included.
        latest, now = find_case(case.token) or case, datetime.now(UTC)
        return compose_ticket(
            case.checklist,
            latest.stored.draft,
            reference=reference,
            now=now,
            attachments=attachments,
            sent_as=sent_as,
            answer_by=promised_for(case.checklist, latest.stored.draft, now),
        )

    if sent_as == CANARY:
        return services().tickets.send(case.id, compose, ())
    receipt = (RECEIPT,) if claim_receipt(case, compose("", ())) else ()

    def desks(ticket: Ticket) -> Sequence[str]:
        return (*services().desk_names(ticket), *receipt)

    ticket = services().tickets.send(case.id, compose, desks)
    # After the commit, else the worker would find nothing.
    services().worker.wake()
    log.info("ticket sent", reference=ticket.reference, sent_as=sent_as)
    return ticket


def not_sent(case: Case, error: Exception) -> Hint:
    """Log the failure of our database and return the hint for the customer."""
    log.error("a ticket was not stored", draft=case.id, exc_info=error)
    return Hint("not-sent", words("sending_failed", case.language), can_insist=False)


def wait_for_checks(case: Case) -> None:
    """Wait for checks that are about to end, so that their results are included."""
    # One limit for all checks together.
    until = time.monotonic() + _LAST_MOMENT_S
    for check in case.journey.checks_running:
        for run in case.journey.runs_of(check.id):
            services().checks.wait(case.id, run.step, max(0.0, until - time.monotonic()))
