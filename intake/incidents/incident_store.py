"""
Incidents in the database: proposed from tickets, confirmed by staff, closed with a reply to
everybody.

The tickets of an incident aren't stored but computed: those with its cause at its address, network
or name server from its beginning to its end, and those that were sent only to hear of the end.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Update, and_, exists, func, insert, or_, select, update

from intake import database as db
from intake.incidents.incident import Incident, IncidentProposal, IncidentState, text_in
from intake.incidents.proposals import find_proposals, narrowest
from intake.incidents.rules import IncidentRule
from intake.tickets.conversation import NewEntry
from intake.tickets.conversation_store import add_entry
from intake.tickets.shared_infrastructure import FOLLOWS
from intake.tickets.staff_entries import set_state, staff_text

MAX_TEXT: Final = 500  # characters of the sentence that everybody reads
_TICKETS_AT_ONCE: Final = 25  # tickets in one transaction
_SUPPRESS_FOR: Final = timedelta(hours=12)  # a proposal that was declined, or whose incident ended
_MAX_LISTED: Final = 20

_incident, _key, _ticket = db.incidents.c, db.ticket_keys.c, db.tickets.c


class IncidentTaken(Exception):  # noqa: N818 - it is taken, not broken
    """Somebody was faster: the incident is open, or was closed already."""


class IncidentStore:
    """Stores incidents; calls `on_update` when tickets got the reply about an incident's end."""

    def __init__(
        self,
        engine: Engine,
        rules: Sequence[IncidentRule],
        *,
        clock: db.Clock = db.utc_now,
        on_update: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine, self._rules = engine, tuple(rules)
        self._clock, self._on_update = clock, on_update

    def proposals(self) -> list[IncidentProposal]:
        """
        Return what the rules find now, with only the narrowest explanation of the same
        tickets.
        """
        now = self._clock()
        with db.reading(self._engine) as connection:
            suppressed = _suppressed(connection, now)
            proposals = find_proposals(connection, self._rules, now)
        # Narrow first: tickets declined as an address aren't proposed as a network either.
        return [
            proposal
            for proposal in narrowest(proposals)
            if (proposal.same, proposal.value) not in suppressed
        ]

    def open(self) -> list[Incident]:
        """Return the open incidents, newest first."""
        return self._list("open", _incident.opened_at)

    def closed(self) -> list[Incident]:
        """Return the incidents that ended last."""
        return self._list("closed", _incident.closed_at)

    def get(self, incident_id: str) -> Incident | None:
        """Return the incident of an id, in whatever state; None if there is none."""
        with db.reading(self._engine) as connection:
            return _get(connection, incident_id)

    def confirm(
        self, proposal: IncidentProposal | None, text: Mapping[str, str], by: str
    ) -> Incident:
        """
        Open an incident; without a proposal one that has no tickets yet.

        Raises:
            IncidentTaken: the same one is open.
        """
        return self._insert(proposal, "open", text, by)

    def decline(self, proposal: IncidentProposal, by: str) -> None:
        """Decline a proposal; it isn't proposed again for half a day."""
        self._insert(proposal, "declined", {}, by)

    def reword(self, incident_id: str, text: Mapping[str, str]) -> None:
        """Replace the sentence that customers read."""
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.incidents)
                .where(_incident.id == incident_id, _incident.state == "open")
                .values(text=_texts_json(text))
            )

    def count(self, incident: Incident) -> int:
        """Return how many tickets belong to an incident."""
        with db.reading(self._engine) as connection:
            members = _members(incident).with_only_columns(func.count())
            return int(connection.execute(members.order_by(None)).scalar_one())

    def references(self, incident: Incident, limit: int = 10) -> list[str]:
        """Return the references of the first tickets of an incident."""
        with db.reading(self._engine) as connection:
            return [row.reference for row in connection.execute(_members(incident).limit(limit))]

    def close(self, incident_id: str, text: Mapping[str, str], by: str) -> int:
        """
        End an incident and reply to everybody; returns how many tickets got the reply.

        Each ticket that isn't solved gets the text as a reply, which is mailed to the customer, and
        is solved; a customer whose trouble goes on reopens it by writing. A few tickets at a time,
        so that others don't wait for the database. The incident ends with the last of them; after a
        crash the next call continues, and no ticket gets the reply twice.

        Raises:
            IncidentTaken: it was closed meanwhile.
        """
        count = 0
        while True:
            now = self._clock()
            with db.writing(self._engine) as connection:
                incident = _get(connection, incident_id)
                if incident is None or incident.state != "open":
                    raise IncidentTaken(incident_id)
                rows = connection.execute(_still_waiting(incident).limit(_TICKETS_AT_ONCE)).all()
                for row in rows:
                    for entry in _closing_entries(incident, text_in(text, row.language), by):
                        add_entry(connection, row.reference, entry, now)
                is_last = len(rows) < _TICKETS_AT_ONCE
                if is_last:
                    connection.execute(_close_statement(incident_id, text, by, now))
            count += len(rows)
            self._on_update()
            if is_last:
                return count

    def _insert(
        self,
        proposal: IncidentProposal | None,
        state: IncidentState,
        text: Mapping[str, str],
        by: str,
    ) -> Incident:
        now = self._clock()
        incident = Incident(
            id=secrets.token_hex(8),
            same=proposal.same if proposal else "",
            value=proposal.value if proposal else "",
            since=proposal.since if proposal else now,
            state=state,
            text=text,
            opened_at=now,
            opened_by=by,
        )
        with db.writing(self._engine) as connection:
            if proposal is not None and _is_open(connection, proposal):
                raise IncidentTaken(proposal.value)
            connection.execute(insert(db.incidents), _row(incident))
        return incident

    def _list(self, state: IncidentState, order: Any) -> list[Incident]:  # noqa: ANN401 - a column
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(db.incidents)
                .where(_incident.state == state)
                .order_by(order.desc())
                .limit(_MAX_LISTED)
            ).all()
        return [_read(row) for row in rows]


def _suppressed(connection: Connection, now: datetime) -> set[tuple[str, str]]:
    """
    Return what needn't be proposed: open incidents, and those decided within the last
    half day.
    """
    recently = db.stamp(now - _SUPPRESS_FOR)
    rows = connection.execute(
        select(_incident.same, _incident.value).where(
            or_(_incident.state == "open", _incident.opened_at > recently)
        )
    ).all()
    return {(row.same, row.value) for row in rows}


def _is_open(connection: Connection, proposal: IncidentProposal) -> bool:
    same = and_(_incident.same == proposal.same, _incident.value == proposal.value)
    wanted = select(_incident.id).where(same, _incident.state == "open")
    return connection.execute(wanted).first() is not None


def _members(incident: Incident) -> Any:  # noqa: ANN401 - a statement, to be narrowed
    """Return the query of an incident's tickets, in the order of sending."""
    has_cause = and_(
        _key.kind == incident.same,
        _key.value == incident.value,
        _ticket.created_at >= db.stamp(incident.since),
    )
    if incident.closed_at is not None:
        has_cause = and_(has_cause, _ticket.created_at <= db.stamp(incident.closed_at))
    waits = and_(_key.kind == FOLLOWS, _key.value == incident.id)
    return (
        select(_ticket.reference, _ticket.language)
        .join_from(db.ticket_keys, db.tickets, _ticket.reference == _key.reference)
        .where(or_(has_cause, waits))
        .order_by(_ticket.number)
    )


def _still_waiting(incident: Incident) -> Any:  # noqa: ANN401 - see `_members`
    """
    Return the query of its unsolved tickets, without those that got the reply and were
    reopened.
    """
    entries = db.ticket_entries.c
    has_closing_entry = exists().where(
        entries.reference == _ticket.reference, entries.key == _closing_key(incident)
    )
    return _members(incident).where(_ticket.state != "solved", ~has_closing_entry)


def _closing_entries(incident: Incident, text: str, by: str) -> tuple[NewEntry, NewEntry]:
    key = _closing_key(incident)
    reply, solved = staff_text("reply", text, by), set_state("solved", by)
    return replace(reply, key=key), replace(solved, key=f"{key}-solved")


def _closing_key(incident: Incident) -> str:
    return f"incident-{incident.id}"


def _close_statement(incident_id: str, text: Mapping[str, str], by: str, now: datetime) -> Update:
    return (
        update(db.incidents)
        .where(_incident.id == incident_id)
        .values(
            state="closed", closing_text=_texts_json(text), closed_at=db.stamp(now), closed_by=by
        )
    )


def _texts_json(texts: Mapping[str, str]) -> str:
    return json.dumps({name: text[:MAX_TEXT] for name, text in texts.items() if text.strip()})


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "same": incident.same,
        "value": incident.value,
        "since": db.stamp(incident.since),
        "state": incident.state,
        "text": _texts_json(incident.text),
        "opened_at": db.stamp(incident.opened_at),
        "opened_by": incident.opened_by,
        "closing_text": "{}",
        "closed_by": "",
    }


def _get(connection: Connection, incident_id: str) -> Incident | None:
    row = connection.execute(select(db.incidents).where(_incident.id == incident_id)).first()
    return None if row is None else _read(row)


def _read(row: Any) -> Incident:  # noqa: ANN401 - a row
    return Incident(
        id=row.id,
        same=row.same,
        value=row.value,
        since=db.moment(row.since),
        state=row.state,
        text=json.loads(row.text),
        opened_at=db.moment(row.opened_at),
        opened_by=row.opened_by,
        closing_text=json.loads(row.closing_text),
        closed_at=db.moment(row.closed_at) if row.closed_at else None,
        closed_by=row.closed_by,
    )
