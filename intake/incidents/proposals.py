"""Which tickets look like one outage: the rules, applied to the newest tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from intake import database as db
from intake.incidents.incident import IncidentProposal
from intake.incidents.rules import IncidentRule
from intake.tickets.shared_infrastructure import SHARED_KINDS

_MOST_LOOKED_AT: Final = 3_000
_AT_ONCE: Final = 500

_key, _ticket = db.ticket_keys.c, db.tickets.c


def find_proposals(
    connection: Connection, rules: Sequence[IncidentRule], now: datetime
) -> list[IncidentProposal]:
    """What the rules say of the tickets that aren't solved."""
    longest = max((rule.window for rule in rules), default=timedelta())
    things = _recent_things(connection, now - longest)
    return [proposal for rule in rules for proposal in _proposed_by(rule, things, now)]


def _recent_things(connection: Connection, since: datetime) -> list[Any]:
    """What the newest tickets that aren't solved have in common with others, in their order."""
    # In two steps: a database might else walk through the things of all tickets there ever were.
    recent = (
        select(_ticket.reference, _ticket.customer, _ticket.created_at)
        .where(_ticket.created_at > db.stamp(since), _ticket.state != "solved")
        .order_by(_ticket.created_at.desc())
        .limit(_MOST_LOOKED_AT)
    )
    tickets = {row.reference: row for row in connection.execute(recent)}
    things = []
    for some in _batches(sorted(tickets)):
        rows = connection.execute(
            select(_key.reference, _key.kind, _key.value).where(
                _key.reference.in_(some), _key.kind.in_(SHARED_KINDS)
            )
        )
        things += [(tickets[row.reference], row.kind, row.value) for row in rows]
    return sorted(things, key=lambda thing: str(thing[0].created_at))


def _proposed_by(
    rule: IncidentRule, things: Sequence[Any], now: datetime
) -> Iterator[IncidentProposal]:
    since = db.stamp(now - rule.window)
    groups: dict[str, list[Any]] = defaultdict(list)
    for ticket, kind, value in things:
        if kind == rule.same and ticket.created_at > since:
            groups[value].append(ticket)
    for value, tickets in groups.items():
        customers = {ticket.customer for ticket in tickets}
        if len(customers) >= rule.customers:
            references = tuple(ticket.reference for ticket in tickets)
            first = db.moment(tickets[0].created_at)
            yield IncidentProposal(rule.same, value, first, references, len(customers))


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Few enough at a time for a statement's parameters."""
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def narrowest(proposals: Sequence[IncidentProposal]) -> list[IncidentProposal]:
    """One proposal for the same tickets: by their address rather than by their network."""
    by_narrowness = sorted(proposals, key=lambda proposal: SHARED_KINDS.index(proposal.same))
    kept: list[IncidentProposal] = []
    for proposal in by_narrowness:
        tickets = set(proposal.references)
        if not any(tickets <= set(other.references) for other in kept):
            kept.append(proposal)
    return sorted(kept, key=lambda proposal: -len(proposal.references))
