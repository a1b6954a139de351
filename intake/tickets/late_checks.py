"""
Checks that end after their ticket was sent.

The ticket's document says that they were running, and stays so: it is what was handed over. Their
results are rows beside it. A reader of the ticket gets the results in the places of the running
checks, marked as late, and a cause if the ticket had none or a weaker one. The customer's answers
aren't compared with late results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, insert, select, update

from intake import database as db
from intake.journey.draft import LEFT_OUT, Answer, CheckRun, names_in_withheld_answer
from intake.outbox import enqueue_update
from intake.tickets.diagnosis import addresses_of, diagnosis_of, root_cause, with_fixers
from intake.tickets.full_text import add_words
from intake.tickets.shared_infrastructure import replace_shared_infrastructure
from intake.tickets.ticket import Ticket, TicketDiagnosis

_EVENT = "checked"
_MAX_STEP_LENGTH: Final = 64  # as long as the column


def add_late_check(engine: Engine, draft_id: str, run: CheckRun, now: str) -> bool:
    """
    Store the result of a check with its draft's ticket, or the ticket that the draft joined.

    In the same transaction the list of tickets gets the cause, and the desks that already have the
    ticket get an update. `now` is a database timestamp. Returns False, and stores nothing, while
    the check is running, if the draft has no ticket, or if the ticket already has the result.
    """
    if run.state == "running":
        return False
    with db.writing(engine) as connection:
        row = connection.execute(_ticket_of(draft_id)).first()
        if row is None or _is_left_out(connection, draft_id, run.step):
            return False
        sent, late = (
            Ticket.model_validate_json(row.document),
            read_late_checks(connection, row.reference),
        )
        measured = with_fixers(diagnosis_of(run), sent.product)
        # The ticket that a draft has joined has checks of its own by the same names.
        step = run.step if row.draft_id == draft_id else f"{run.step}+{draft_id}"[:_MAX_STEP_LENGTH]
        diagnosis = measured.model_copy(update={"is_late": True, "step": step})
        # A check that was stored twice, as after a busy database, makes one row and one update.
        if not _is_awaited(sent, late, diagnosis):
            return False
        _write(connection, row.reference, diagnosis, now)
        _update_list_row(connection, with_late_checks(sent, (*late, diagnosis)))
        enqueue_update(connection, row.reference, f"check.{diagnosis.step}", now)
    return True


def _ticket_of(draft_id: str) -> Select[Any]:
    """Return the query for the ticket that a draft became, or that it joined."""
    tickets, drafts = db.tickets.c, db.drafts.c
    joined = select(drafts.reference).where(drafts.id == draft_id).scalar_subquery()
    return select(tickets.reference, tickets.document, tickets.draft_id).where(
        (tickets.draft_id == draft_id) | (tickets.reference == joined)
    )


def read_late_checks(connection: Connection, reference: str) -> tuple[TicketDiagnosis, ...]:
    """Return the late results of a ticket in the order of their arrival."""
    columns = db.ticket_late_checks.c
    documents = connection.execute(
        select(columns.document)
        .where(columns.reference == reference)
        .order_by(columns.at, columns.step_id)
    ).scalars()
    return tuple(map(TicketDiagnosis.model_validate_json, documents))


def with_late_checks(ticket: Ticket, late: Sequence[TicketDiagnosis]) -> Ticket:
    """Return the ticket with late results in the places of the checks that were running."""
    if not late:
        return ticket
    by_step = {diagnosis.step: diagnosis for diagnosis in late}
    original_steps = {diagnosis.step for diagnosis in ticket.diagnoses}
    diagnoses = (
        *(by_step.get(diagnosis.step, diagnosis) for diagnosis in ticket.diagnoses),
        *(diagnosis for diagnosis in late if diagnosis.step not in original_steps),
    )
    # Only late checks and the one that gave the verdict compete. The others lost at sending, or
    # were about a target that the customer has since changed.
    candidates = (
        diagnosis
        for diagnosis in diagnoses
        if diagnosis.is_late or (diagnosis.findings and diagnosis.findings[0] == ticket.verdict)
    )
    return ticket.model_copy(
        update={"diagnoses": diagnoses, "verdict": root_cause(candidates) or ticket.verdict}
    )


def _is_left_out(connection: Connection, draft_id: str, step: str) -> bool:
    """Check whether the customer chose not to send this check's result."""
    columns = db.answers.c
    document = connection.execute(
        select(columns.document).where(columns.draft_id == draft_id, columns.step_id == LEFT_OUT)
    ).scalar()
    answer = None if document is None else Answer.model_validate_json(document)
    return step in names_in_withheld_answer(answer)


def _is_awaited(
    ticket: Ticket, late: Sequence[TicketDiagnosis], diagnosis: TicketDiagnosis
) -> bool:
    """Check whether the ticket has this check as running, or not at all."""
    states = {kept.step: kept.state for kept in (*ticket.diagnoses, *late)}
    return states.get(diagnosis.step, "running") == "running"


def _write(connection: Connection, reference: str, diagnosis: TicketDiagnosis, now: str) -> None:
    connection.execute(
        insert(db.ticket_late_checks),
        {
            "reference": reference,
            "step_id": diagnosis.step,
            "at": now,
            "document": diagnosis.model_dump_json(),
        },
    )
    connection.execute(
        insert(db.ticket_events),
        {"reference": reference, "at": now, "kind": _EVENT, "desk": "", "detail": diagnosis.step},
    )


def _update_list_row(connection: Connection, ticket: Ticket) -> None:
    """
    Copy a late cause to the list's columns and to the search index; the document stays
    as it is.
    """
    if ticket.verdict is None:
        return
    columns = db.tickets.c
    connection.execute(
        update(db.tickets)
        .where(columns.reference == ticket.reference)
        .values(
            cause=ticket.verdict.model_dump_json(),
            cause_code=ticket.verdict.code,
        )
    )
    replace_shared_infrastructure(connection, ticket)
    number = select(columns.number).where(columns.reference == ticket.reference)
    # A code that stands in the index twice does no harm.
    words = (ticket.verdict.code, *addresses_of(ticket))
    add_words(connection, connection.execute(number).scalar_one(), words)
