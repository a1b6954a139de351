"""
Store second measurements of tickets' targets: rows beside a document that never changes.

A row exists from the click on, so that a colleague sees that somebody is measuring already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, insert, select, update

from intake import database as db
from intake.tickets.conversation import NewEntry
from intake.tickets.conversation_store import add_entry
from intake.tickets.probe_comparison import ProbeComparison
from intake.tickets.ticket import TicketDiagnosis, TicketText

# Longer than any diagnosis takes: a row that is older and has no end lost its process.
LOST_AFTER: Final = timedelta(minutes=5)

_probe = db.ticket_probes.c


@dataclass(frozen=True, slots=True)
class TicketProbe:
    """A second measurement; `diagnosis` is None until it has ended."""

    id: int
    step: str
    started_at: datetime
    by_name: str
    is_expected_known: bool
    diagnosis: TicketDiagnosis | None

    def is_lost(self, now: datetime) -> bool:
        """Check whether the measurement will never end, because its process is gone."""
        return self.diagnosis is None and now - self.started_at > LOST_AFTER


class ProbeStore:
    """Stores second measurements; safe to share between threads and processes."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock

    def of(self, reference: str) -> tuple[TicketProbe, ...]:
        """Return the measurements of a ticket, newest first."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(db.ticket_probes)
                .where(_probe.reference == reference)
                .order_by(_probe.id.desc())
            ).all()
        return tuple(map(_read, rows))

    def draft_of(self, reference: str) -> str | None:
        """Return the id of the draft that a ticket was made of; None if there is no such ticket."""
        with db.reading(self._engine) as connection:
            return connection.execute(
                select(db.tickets.c.draft_id).where(db.tickets.c.reference == reference)
            ).scalar()

    def begin(
        self, reference: str, step: str, by_name: str, *, is_expected_known: bool
    ) -> int | None:
        """
        Store that a measurement begins, and return its id; None if one of this check is under way.

        Raises:
            LookupError: there is no such ticket.
        """
        now = self._clock()
        with db.writing(self._engine) as connection:
            ticket = select(db.tickets.c.number).where(db.tickets.c.reference == reference)
            # PostgreSQL: two colleagues' clicks wait here for each other.
            if connection.execute(ticket.with_for_update()).first() is None:
                raise LookupError(f"There is no ticket {reference}")
            running = select(_probe.id).where(
                _probe.reference == reference,
                _probe.step_id == step,
                _probe.document.is_(None),
                _probe.started_at > db.stamp(now - LOST_AFTER),
            )
            if connection.execute(running).first() is not None:
                return None
            written = connection.execute(
                insert(db.ticket_probes),
                {
                    "reference": reference,
                    "step_id": step,
                    "started_at": db.stamp(now),
                    "by_name": by_name[:200],
                    "is_expected_known": is_expected_known,
                },
            )
            key = written.inserted_primary_key
            return int(key[0]) if key else None

    def cancel(self, probe_id: int) -> None:
        """Delete a measurement that was not allowed to begin."""
        with db.writing(self._engine) as connection:
            connection.execute(db.ticket_probes.delete().where(_probe.id == probe_id))

    def end(
        self, reference: str, probe_id: int, diagnosis: TicketDiagnosis, result: ProbeComparison
    ) -> None:
        """Store the result, and add an entry for staff alone to the ticket's conversation."""
        now = self._clock()
        with db.writing(self._engine) as connection:
            by_name = connection.execute(
                select(_probe.by_name).where(_probe.id == probe_id, _probe.document.is_(None))
            ).scalar()
            if by_name is None:  # the ticket was deleted meanwhile, or it has ended already
                return
            connection.execute(
                update(db.ticket_probes)
                .where(_probe.id == probe_id)
                .values(document=diagnosis.model_dump_json())
            )
            add_entry(connection, reference, _entry(probe_id, by_name, diagnosis, result), now)


def _entry(
    probe_id: int, by_name: str, diagnosis: TicketDiagnosis, result: ProbeComparison
) -> NewEntry:
    details: Mapping[str, Any] = {
        "probe": probe_id,
        "target": diagnosis.target,
        "outcome": result.outcome,
        "before": _dump(result.cause_before),
        "now": _dump(result.cause_now),
    }
    return NewEntry(
        author="staff",
        author_name=by_name,
        kind="probed",
        details=details,
        is_internal=True,
        key=f"probe-{probe_id}",
    )


def _dump(text: TicketText | None) -> dict[str, Any] | None:
    return text.model_dump(mode="json") if text else None


def _read(row: Any) -> TicketProbe:  # noqa: ANN401
    return TicketProbe(
        id=row.id,
        step=row.step_id,
        started_at=db.moment(row.started_at),
        by_name=row.by_name,
        is_expected_known=row.is_expected_known,
        diagnosis=TicketDiagnosis.model_validate_json(row.document) if row.document else None,
    )
