"""
Incidents in the database: proposed from tickets, confirmed by staff, closed with word to everybody.

Which tickets belong to one isn't kept but follows: those with its cause on its thing from its
beginning to its end, and those that were sent only to hear of the end.
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
_QUIET_AFTER: Final = timedelta(hours=12)  # a proposal that was declined, or whose incident ended
_MOST_LISTED: Final = 20

_incident, _key, _ticket = db.incidents.c, db.ticket_keys.c, db.tickets.c


class IncidentTaken(Exception):  # noqa: N818 - it is taken, not broken
    """Somebody was faster: the incident is open, or was closed already."""


class IncidentStore:
    """Incidents; `updated` is called when tickets were told of an end."""

    def __init__(
        self,
        engine: Engine,
        rules: Sequence[IncidentRule],
        *,
        clock: db.Clock = db.utc_now,
        updated: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine, self._rules = engine, tuple(rules)
        self._clock, self._updated = clock, updated

    def proposals(self) -> list[IncidentProposal]:
        """What the rules find now, the narrowest explanation of the same tickets alone."""
        now = self._clock()
        with db.reading(self._engine) as connection:
            quiet = _quiet(connection, now)
            proposals = find_proposals(connection, self._rules, now)
        # First the narrowest: declined as an address, the same tickets are no network either.
        return [kept for kept in narrowest(proposals) if (kept.same, kept.value) not in quiet]

    def open(self) -> list[Incident]:
        """The incidents that go on, the newest first."""
        return self._listed("open", _incident.opened_at)

    def closed(self) -> list[Incident]:
        """The incidents that ended last."""
        return self._listed("closed", _incident.closed_at)

    def get(self, incident_id: str) -> Incident | None:
        """The incident of an id, in whatever state."""
        with db.reading(self._engine) as connection:
            return _get(connection, incident_id)

    def confirm(
        self, proposal: IncidentProposal | None, text: Mapping[str, str], by: str
    ) -> Incident:
        """
        Open an incident; without a proposal one that no customer has written about yet.

        Raises:
            IncidentTaken: the same one is open.
        """
        return self._insert(proposal, "open", text, by)

    def decline(self, proposal: IncidentProposal, by: str) -> None:
        """It is no incident: it isn't proposed again for half a day."""
        self._insert(proposal, "declined", {}, by)

    def reword(self, incident_id: str, text: Mapping[str, str]) -> None:
        """Say another sentence from now on."""
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.incidents)
                .where(_incident.id == incident_id, _incident.state == "open")
                .values(text=_stored(text))
            )

    def count(self, incident: Incident) -> int:
        """How many tickets belong to it."""
        with db.reading(self._engine) as connection:
            members = _members(incident).with_only_columns(func.count())
            return int(connection.execute(members.order_by(None)).scalar_one())

    def references(self, incident: Incident, limit: int = 10) -> list[str]:
        """The first tickets that belong to it."""
        with db.reading(self._engine) as connection:
            return [row.reference for row in connection.execute(_members(incident).limit(limit))]

    def close(self, incident_id: str, text: Mapping[str, str], by: str) -> int:
        """
        End an incident and tell everybody; returns how many were told.

        Each ticket that isn't solved gets the text as a reply, which the customer is mailed, and
        is solved; whoever still has the trouble opens it again with a line. A few at a time, so
        that nobody's answer waits for the database; the incident ends with the last of them, and
        what a dead process left untold is told at the next try, nothing of it twice.

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
                    connection.execute(_ended(incident_id, text, by, now))
            count += len(rows)
            self._updated()
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

    def _listed(self, state: IncidentState, order: Any) -> list[Incident]:  # noqa: ANN401 - a column
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(db.incidents)
                .where(_incident.state == state)
                .order_by(order.desc())
                .limit(_MOST_LISTED)
            ).all()
        return [_read(row) for row in rows]


def _quiet(connection: Connection, now: datetime) -> set[tuple[str, str]]:
    """What needn't be proposed: it is open, or was decided upon a short while ago."""
    lately = db.stamp(now - _QUIET_AFTER)
    rows = connection.execute(
        select(_incident.same, _incident.value).where(
            or_(_incident.state == "open", _incident.opened_at > lately)
        )
    ).all()
    return {(row.same, row.value) for row in rows}


def _is_open(connection: Connection, proposal: IncidentProposal) -> bool:
    same = and_(_incident.same == proposal.same, _incident.value == proposal.value)
    wanted = select(_incident.id).where(same, _incident.state == "open")
    return connection.execute(wanted).first() is not None


def _members(incident: Incident) -> Any:  # noqa: ANN401 - a statement, to be narrowed
    """The tickets that belong to an incident, in the order of their sending."""
    of_cause = and_(
        _key.kind == incident.same,
        _key.value == incident.value,
        _ticket.created_at >= db.stamp(incident.since),
    )
    if incident.closed_at is not None:
        of_cause = and_(of_cause, _ticket.created_at <= db.stamp(incident.closed_at))
    waits = and_(_key.kind == FOLLOWS, _key.value == incident.id)
    return (
        select(_ticket.reference, _ticket.language)
        .join_from(db.ticket_keys, db.tickets, _ticket.reference == _key.reference)
        .where(or_(of_cause, waits))
        .order_by(_ticket.number)
    )


def _still_waiting(incident: Incident) -> Any:  # noqa: ANN401 - see `_members`
    """Those of its tickets that still wait, without those that were told and opened again."""
    entries = db.ticket_entries.c
    has_closing_entry = exists().where(
        entries.reference == _ticket.reference, entries.key == _key_of_end(incident)
    )
    return _members(incident).where(_ticket.state != "solved", ~has_closing_entry)


def _closing_entries(incident: Incident, text: str, by: str) -> tuple[NewEntry, NewEntry]:
    key = _key_of_end(incident)
    reply, solved = staff_text("reply", text, by), set_state("solved", by)
    return replace(reply, key=key), replace(solved, key=f"{key}-solved")


def _key_of_end(incident: Incident) -> str:
    return f"incident-{incident.id}"


def _ended(incident_id: str, text: Mapping[str, str], by: str, now: datetime) -> Update:
    return (
        update(db.incidents)
        .where(_incident.id == incident_id)
        .values(state="closed", closing_text=_stored(text), closed_at=db.stamp(now), closed_by=by)
    )


def _stored(texts: Mapping[str, str]) -> str:
    return json.dumps({name: text[:MAX_TEXT] for name, text in texts.items() if text.strip()})


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "same": incident.same,
        "value": incident.value,
        "since": db.stamp(incident.since),
        "state": incident.state,
        "text": _stored(incident.text),
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
