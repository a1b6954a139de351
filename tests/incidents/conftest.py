"""An incident's store on a database of its own, and tickets of one outage in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from intake.database import open_database, utc_now
from intake.drafts import DraftStore
from intake.incidents import IncidentStore, read_rules
from intake.tickets import Ticket, TicketStore
from tests.tickets import example

SendOne = Callable[..., Ticket]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def incidents(engine: Engine) -> IncidentStore:
    return IncidentStore(engine, read_rules())


@pytest.fixture
def tickets(engine: Engine) -> TicketStore:
    return TicketStore(engine)


@pytest.fixture
def send_one(engine: Engine, tickets: TicketStore) -> SendOne:
    return sender_of(DraftStore(engine), tickets)


def sender_of(drafts: DraftStore, tickets: TicketStore) -> SendOne:
    """Sends a ticket about a site at an address, by a customer, some minutes ago."""

    def send(
        customer: str,
        *,
        address: str = "203.0.113.7",
        language: str = "en",
        minutes_ago: float = 0,
        desks: tuple[str, ...] = ("email",),
    ) -> Ticket:
        report = {**example.REPORT, "addresses": [address]}
        draft = example.draft(language, email=f"{customer}@mail.example", name=customer)
        draft = draft.model_copy(update={"checks": {"web": example.run(report=report)}})
        _, draft_id = drafts.create(example.CHECKLIST, draft)
        at = utc_now() - timedelta(minutes=minutes_ago)
        return tickets.send(draft_id, _composed(draft, at), desks)

    return send


def _composed(draft: object, at: datetime) -> Callable[..., Ticket]:
    def compose(reference: str, _: object) -> Ticket:
        ticket = example.ticket(draft, reference=reference)  # type: ignore[arg-type]
        return ticket.model_copy(update={"created_at": at})

    return compose
