"""
Delete what is older than the policy allows: hourly in the service, or by `intake purge`.

A ticket that one of its desks doesn't have yet is never touched, however old it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from intake import database as db
from intake.drafts.retention import count_old_drafts, delete_old_drafts
from intake.operations.heartbeats import last_heartbeat, write_heartbeat
from intake.operations.retention.policy import RetentionPolicy

_BATCH_SIZE: Final = 50  # tickets in one transaction; each may have megabytes of files
PURGE_HEARTBEAT: Final = "tidied"
_MAX_GAP: Final = timedelta(hours=3)  # between two passes an hour apart

_ticket, _file, _outbox = db.tickets.c, db.ticket_attachments.c, db.outbox.c
TicketChange = Callable[[Connection, Sequence[str]], None]


def is_clock_trusted(engine: Engine, now: datetime) -> bool:
    """
    Check whether the last pass was about an hour ago, and store the time of this one.

    A clock that jumped ahead makes everything look old. So after a jump, or a long stop, one pass
    deletes nothing, and there is an hour to correct the clock.
    """
    last = last_heartbeat(engine, PURGE_HEARTBEAT)
    write_heartbeat(engine, PURGE_HEARTBEAT, now)
    return last is not None and timedelta(0) <= now - last <= _MAX_GAP


def purge(
    engine: Engine, policy: RetentionPolicy, now: datetime, *, is_dry: bool = False
) -> dict[str, int]:
    """
    Delete what is old, and return how many things of each kind; with `is_dry` only
    count them.
    """
    if is_dry:
        counts = {"drafts": count_old_drafts(engine, now, policy.drafts)}
    else:
        old_drafts = delete_old_drafts(engine, now, policy.drafts, visits_after=policy.visits)
        counts = {"drafts": old_drafts}
    counts["tickets"] = _purge_tickets(engine, policy.tickets, now, is_dry=is_dry)
    changes: dict[str, tuple[timedelta | None, TicketChange]] = {
        "files": (policy.files, _delete_files),
        "reports": (policy.reports, _delete_reports),
        "addresses": (policy.addresses, _forget_addresses),
    }
    for name, (after, change) in changes.items():
        counts[name] = _strip(engine, name, after, now, change, is_dry=is_dry)
    if policy.files is not None:
        before = db.stamp(now - policy.files)
        counts["files"] += _purge_added_files(engine, before, is_dry=is_dry)
    counts["audit"] = _purge_audit(engine, db.stamp(now - policy.audit), is_dry=is_dry)
    return counts


def delete_tickets(connection: Connection, references: Sequence[str]) -> None:
    """
    Delete tickets, with all that belongs to them, and the drafts they were made of.

    Conversation, files, events, deliveries and the words for the search are deleted with them (ON
    DELETE CASCADE and a trigger). The walk stays for the figures: an id and times.
    """
    of_tickets = select(_ticket.draft_id).where(_ticket.reference.in_(references))
    draft = db.drafts.c
    ids = connection.scalars(
        select(draft.id).where(or_(draft.id.in_(of_tickets), draft.reference.in_(references)))
    ).all()
    connection.execute(delete(db.drafts).where(draft.id.in_(ids)))
    connection.execute(delete(db.tickets).where(_ticket.reference.in_(references)))


def _is_delivered() -> ColumnElement[bool]:
    return ~exists().where(_outbox.reference == _ticket.reference, _outbox.state != "delivered")


def _batches(engine: Engine, since: str, before: str) -> Iterator[list[str]]:
    """
    Yield the references of delivered tickets that were sent in a span, oldest first, in
    batches.
    """
    at, reference = since, "~"  # sorts after every reference
    while True:
        after_last = or_(
            _ticket.created_at > at,
            and_(_ticket.created_at == at, _ticket.reference > reference),
        )
        with db.reading(engine) as connection:
            rows = connection.execute(
                select(_ticket.created_at, _ticket.reference)
                # The first condition is for the index; `after_last` alone is an OR.
                .where(_ticket.created_at >= at, after_last, _ticket.created_at < before)
                .where(_is_delivered())
                .order_by(_ticket.created_at, _ticket.reference)
                .limit(_BATCH_SIZE)
            ).all()
        if not rows:
            return
        at, reference = rows[-1]
        yield [row.reference for row in rows]


def _purge_tickets(engine: Engine, after: timedelta | None, now: datetime, *, is_dry: bool) -> int:
    if after is None:
        return 0
    count = 0
    for batch in _batches(engine, "", db.stamp(now - after)):
        count += len(batch)
        if not is_dry:
            with db.writing(engine) as connection:
                delete_tickets(connection, batch)
    return count


def _strip(  # noqa: PLR0913 - what to take away, from what, and whether at all
    engine: Engine,
    name: str,
    after: timedelta | None,
    now: datetime,
    change: TicketChange,
    *,
    is_dry: bool,
) -> int:
    """
    Remove something from tickets that became old since the last pass; return how many
    tickets.
    """
    if after is None:
        return 0
    beat = f"purged-{name}"
    since = last_heartbeat(engine, beat)
    count = 0
    for batch in _batches(engine, db.stamp(since) if since else "", db.stamp(now - after)):
        count += len(batch)
        if not is_dry:
            with db.writing(engine) as connection:
                change(connection, batch)
    if not is_dry:
        write_heartbeat(engine, beat, _first_undelivered(engine, now - after))
    return count


def _first_undelivered(engine: Engine, before: datetime) -> datetime:
    """
    Return the time before which all tickets are delivered; the next pass must look at
    later ones.
    """
    statement = (
        select(func.min(_ticket.created_at))
        .join(db.outbox, _outbox.reference == _ticket.reference)
        .where(_outbox.state != "delivered", _ticket.created_at < db.stamp(before))
    )
    with db.reading(engine) as connection:
        first = connection.execute(statement).scalar()
    return before if first is None else db.moment(first) - timedelta(microseconds=1)


def _delete_files(connection: Connection, references: Sequence[str]) -> None:
    """Delete the files' bytes; their names stay in the document."""
    connection.execute(delete(db.ticket_attachments).where(_file.reference.in_(references)))


def _delete_reports(connection: Connection, references: Sequence[str]) -> None:
    """Delete the measurements; the cause that was concluded from them stays."""

    def without(document: dict[str, Any]) -> None:
        document["diagnoses"] = []

    _rewrite(connection, references, without)
    for table in (db.ticket_late_checks, db.ticket_probes):
        connection.execute(delete(table).where(table.c.reference.in_(references)))


def _forget_addresses(connection: Connection, references: Sequence[str]) -> None:
    """Delete the IP address from which a customer came."""

    def without(document: dict[str, Any]) -> None:
        document["environment"]["ip"] = None

    _rewrite(connection, references, without)
    draft = db.drafts.c
    of_tickets = select(_ticket.draft_id).where(_ticket.reference.in_(references))
    for row in connection.execute(
        select(draft.id, draft.environment).where(draft.id.in_(of_tickets))
    ).all():
        environment = json.loads(row.environment) | {"ip": None}
        changed = json.dumps(environment, ensure_ascii=False)
        connection.execute(update(db.drafts).where(draft.id == row.id).values(environment=changed))


def _rewrite(
    connection: Connection, references: Sequence[str], change: Callable[[dict[str, Any]], None]
) -> None:
    """
    Change tickets' documents. Nothing else does so: the operator's settings limit how long data is
    kept.
    """
    rows = connection.execute(
        select(_ticket.reference, _ticket.document).where(_ticket.reference.in_(references))
    ).all()
    for reference, text in rows:
        document = json.loads(text)
        change(document)
        changed = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        connection.execute(
            update(db.tickets).where(_ticket.reference == reference).values(document=changed)
        )


def _purge_added_files(engine: Engine, before: str, *, is_dry: bool) -> int:
    """Delete old files of the conversation, by the time of their entry."""
    entry = db.ticket_entries.c
    old = (
        select(_file.id)
        .join(db.ticket_entries, entry.id == _file.entry_id)
        .where(_file.entry_id.is_not(None), entry.at < before)
    )
    with db.reading(engine) as connection:
        ids = connection.scalars(old).all()
    for start in range(0, 0 if is_dry else len(ids), _BATCH_SIZE):
        with db.writing(engine) as connection:
            batch = ids[start : start + _BATCH_SIZE]
            connection.execute(delete(db.ticket_attachments).where(_file.id.in_(batch)))
    return len(ids)


def _purge_audit(engine: Engine, before: str, *, is_dry: bool) -> int:
    old = db.staff_audit.c.at < before
    if is_dry:
        with db.reading(engine) as connection:
            return connection.execute(
                select(func.count()).select_from(db.staff_audit).where(old)
            ).scalar_one()
    with db.writing(engine) as connection:
        return connection.execute(delete(db.staff_audit).where(old)).rowcount
