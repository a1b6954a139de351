"""Find tickets that look like one outage: apply the rules to the newest tickets."""

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

_MAX_TICKETS: Final = 3_000
_BATCH_SIZE: Final = 500

_key, _ticket = db.ticket_keys.c, db.tickets.c


def find_proposals(
    connection: Connection, rules: Sequence[IncidentRule], now: datetime
) -> list[IncidentProposal]:
    """Return what the rules find among the unsolved tickets."""
    longest = max((rule.window for rule in rules), default=timedelta())
    resources = _recent_resources(connection, now - longest)
    return [proposal for rule in rules for proposal in _proposed_by(rule, resources, now)]


def _recent_resources(connection: Connection, since: datetime) -> list[Any]:
    """Return the shared resources of the newest unsolved tickets, in the order of the tickets."""
    # In two steps: in one, a database might scan the keys of all tickets ever stored.
    recent = (
        select(_ticket.reference, _ticket.customer, _ticket.created_at)
        .where(_ticket.created_at > db.stamp(since), _ticket.state != "solved")
        .order_by(_ticket.created_at.desc())
        .limit(_MAX_TICKETS)
    )
    tickets = {row.reference: row for row in connection.execute(recent)}
    resources = []
    for batch in _batches(sorted(tickets)):
        rows = connection.execute(
            select(_key.reference, _key.kind, _key.value).where(
                _key.reference.in_(batch), _key.kind.in_(SHARED_KINDS)
            )
        )
        resources += [(tickets[row.reference], row.kind, row.value) for row in rows]
    return sorted(resources, key=lambda resource: str(resource[0].created_at))


def _proposed_by(
    rule: IncidentRule, resources: Sequence[Any], now: datetime
) -> Iterator[IncidentProposal]:
    since = db.stamp(now - rule.window)
    groups: dict[str, list[Any]] = defaultdict(list)
    for ticket, kind, value in resources:
        if kind == rule.same and ticket.created_at > since:
            groups[value].append(ticket)
    for value, tickets in groups.items():
        customers = {ticket.customer for ticket in tickets}
        if len(customers) >= rule.customers:
            references = tuple(ticket.reference for ticket in tickets)
            first = db.moment(tickets[0].created_at)
            yield IncidentProposal(rule.same, value, first, references, len(customers))


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield batches small enough for a statement's parameters."""
    for start in range(0, len(names), _BATCH_SIZE):
        yield names[start : start + _BATCH_SIZE]


def narrowest(proposals: Sequence[IncidentProposal]) -> list[IncidentProposal]:
    """Keep one proposal for the same tickets: by their address rather than by their network."""
    by_narrowness = sorted(proposals, key=lambda proposal: SHARED_KINDS.index(proposal.same))
    kept: list[IncidentProposal] = []
    for proposal in by_narrowness:
        tickets = set(proposal.references)
        if not any(tickets <= set(other.references) for other in kept):
            kept.append(proposal)
    return sorted(kept, key=lambda proposal: -len(proposal.references))
