"""One outage, many tickets: proposed by rules, confirmed by staff, told to everybody once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from intake import database as db
from intake.incidents import IncidentStore, IncidentTaken
from intake.incidents.incident import IncidentProposal
from intake.tickets import TicketStore
from intake.tickets.conversation import customer_line
from intake.tickets.conversation_store import ConversationStore
from tests.incidents.conftest import SendOne

TEXT = {
    "en": "Server web7 is down, back by 16:00.",
    "ru": "Сервер web7 не работает, починим к 16:00.",
}
END = {"en": "web7 is back.", "ru": "web7 снова работает."}


def outage(send_one: SendOne, incidents: IncidentStore) -> IncidentProposal:
    for name in ("anna", "boris", "vera"):
        send_one(name)
    (proposal,) = incidents.proposals()
    return proposal


def test_the_third_customer_makes_a_proposal(send_one: SendOne, incidents: IncidentStore) -> None:
    first = send_one("anna", minutes_ago=5)
    send_one("boris")
    assert incidents.proposals() == []
    send_one("boris")  # the same customer once more is no third one
    assert incidents.proposals() == []
    send_one("vera")
    (proposal,) = incidents.proposals()
    assert (proposal.same, proposal.cause_code) == ("address", "http.bad_gateway")
    assert (proposal.subject, proposal.customers) == ("203.0.113.7", 3)
    assert proposal.references[0] == first.reference


def test_what_was_long_ago_or_elsewhere_is_no_outage(
    send_one: SendOne, incidents: IncidentStore
) -> None:
    send_one("anna", minutes_ago=61)
    send_one("boris")
    send_one("vera")
    send_one("gleb", address="198.51.100.9")
    assert incidents.proposals() == []


def test_four_machines_of_one_network_are_proposed_as_the_network(
    send_one: SendOne, incidents: IncidentStore
) -> None:
    for number, name in enumerate(("anna", "boris", "vera", "gleb")):
        send_one(name, address=f"203.0.113.{number}")
    (proposal,) = incidents.proposals()
    assert (proposal.same, proposal.subject) == ("network", "203.0.113.0/24")


def test_an_incident_gathers_what_comes_after_it(
    send_one: SendOne, incidents: IncidentStore
) -> None:
    incident = incidents.confirm(outage(send_one, incidents), TEXT, "Olga")
    assert incidents.proposals() == []
    assert incidents.count(incident) == 3
    late = send_one("gleb")
    assert incidents.references(incident)[-1] == late.reference


def test_a_declined_proposal_comes_back_no_more_today(
    send_one: SendOne, incidents: IncidentStore
) -> None:
    incidents.decline(outage(send_one, incidents), "Olga")
    send_one("gleb")
    assert incidents.proposals() == []
    assert incidents.open() == []


def test_two_colleagues_open_one_incident(send_one: SendOne, incidents: IncidentStore) -> None:
    proposal = outage(send_one, incidents)
    incidents.confirm(proposal, TEXT, "Olga")
    with pytest.raises(IncidentTaken):
        incidents.confirm(proposal, TEXT, "Pavel")


def test_the_end_is_told_to_everybody_once(
    send_one: SendOne, incidents: IncidentStore, tickets: TicketStore, engine: Engine
) -> None:
    incident = incidents.confirm(outage(send_one, incidents), TEXT, "Olga")
    russian = send_one("gleb", language="ru")
    assert incidents.close(incident.id, END, "Olga") == 4
    with pytest.raises(IncidentTaken):
        incidents.close(incident.id, END, "Pavel")
    for reference in incidents.references(incident):
        ticket = tickets.get(reference)
        assert ticket is not None
        assert ticket.state == "solved"
        (reply,) = [entry for entry in ticket.conversation if entry.kind == "reply"]
        assert reply.author_name == "Olga"
        assert reply.text == (END["ru"] if reference == russian.reference else END["en"])
    with db.reading(engine) as connection:
        told = select(func.count()).where(db.outbox.c.about.like("entry.%"))
        assert connection.execute(told).scalar_one() == 8  # the reply and the state, for each


def test_a_process_that_died_in_telling_is_made_up_for(
    send_one: SendOne,
    incidents: IncidentStore,
    tickets: TicketStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was told isn't told twice, not even to who opened the ticket again meanwhile."""
    incident = incidents.confirm(outage(send_one, incidents), TEXT, "Olga")
    monkeypatch.setattr("intake.incidents.incident_store._TICKETS_AT_ONCE", 1)

    def die() -> None:
        raise SystemExit

    monkeypatch.setattr(incidents, "_on_update", die)
    with pytest.raises(SystemExit):
        incidents.close(incident.id, END, "Olga")
    first = incidents.references(incident)[0]
    ConversationStore(incidents._engine).add(first, customer_line("Not for me."))
    monkeypatch.setattr(incidents, "_on_update", lambda: None)
    assert [going.id for going in incidents.open()] == [incident.id]
    assert incidents.close(incident.id, END, "Olga") == 2
    for reference in incidents.references(incident):
        ticket = tickets.get(reference)
        assert ticket is not None
        assert [entry.kind for entry in ticket.conversation].count("reply") == 1
        assert ticket.state == ("open" if reference == first else "solved")


def test_an_incident_that_nobody_wrote_about_has_its_followers_alone(
    incidents: IncidentStore, send_one: SendOne
) -> None:
    send_one("anna")
    incident = incidents.confirm(None, TEXT, "Olga")
    assert incidents.count(incident) == 0
    assert incidents.close(incident.id, END, "Olga") == 0
    assert [ended.id for ended in incidents.closed()] == [incident.id]


@pytest.mark.long
def test_two_hundred_customers_are_told_in_one_go(
    send_one: SendOne, incidents: IncidentStore, tickets: TicketStore
) -> None:
    incident = incidents.confirm(outage(send_one, incidents), TEXT, "Olga")
    for number in range(197):
        send_one(f"customer{number}")
    assert incidents.close(incident.id, END, "Olga") == 200
    assert {row.state for row in tickets.list(limit=300)} == {"solved"}
