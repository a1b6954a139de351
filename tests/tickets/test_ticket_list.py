"""The list of tickets: its order, what it finds, what it is narrowed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from intake import database as db
from intake.tickets import Ticket, TicketFilter
from tests.tickets import example
from tests.tickets.example import NOW, Kept


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


def send_other(kept: Kept, **answers: str) -> Ticket:
    """A ticket of somebody else's about another site, without a check."""
    who = {"site": "other.example", "name": "Bo", "email": "bo@other.example"}
    said = example.draft(**who | {"changed": "Nothing."} | answers)
    return kept.send(kept.draft(said.model_copy(update={"checks": {}}))[1])


def customers(kept: Kept, query: str) -> list[str]:
    return [row.customer for row in kept.tickets.list(ticket_filter=TicketFilter(query=query))]


def test_the_list_is_newest_first_and_light(kept: Kept) -> None:
    sent = [kept.send(kept.draft()[1], now=NOW + timedelta(minutes=n), desks=()) for n in range(5)]
    rows = kept.tickets.list(limit=2, offset=1)
    assert [row.reference for row in rows] == [sent[3].reference, sent[2].reference]
    row = rows[0]
    assert row.cause is not None
    assert (row.customer, row.answered, row.asked) == ("Анна Ким", 7, 8)
    assert (row.cause_code, row.delivery, row.sent_as) == ("http.bad_gateway", "none", "complete")


@pytest.mark.parametrize(
    "query",
    [
        "SHOP.example",
        "анна",
        "АННА shop",
        "bad_gateway",
        "http.bad_gateway",
        "anna@",
        "192.0.2.7",
        "192.0.2",
        'shop "анна',
    ],
)
def test_the_list_finds_by_what_staff_know(kept: Kept, query: str) -> None:
    """The address of the target too, which is the first thing that support looks for."""
    kept.send(kept.draft()[1])
    send_other(kept)
    assert customers(kept, query) == ["Анна Ким"]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("После обновления плагинов пропали картинки", "плагин обновление"),
        ("После обновления плагинов пропали картинки", "картинка"),
        ("We updated plugins yesterday", "plugin updates"),
        ("все ещё не работает", "еще"),
    ],
)
def test_the_list_finds_other_forms_of_a_word(kept: Kept, words: str, query: str) -> None:
    kept.send(kept.draft()[1])
    send_other(kept, changed=words)
    assert customers(kept, query) == ["Bo"]


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "_",
        "100%",
        "\\",
        "'; DROP TABLE tickets",
        '"',
        "*",
        "NEAR(",
        "words:",
        "^",
        "-",
        "a" * 999,
    ],
)
def test_the_list_takes_no_wildcards(kept: Kept, query: str) -> None:
    """Nor the operators of the index."""
    kept.send(kept.draft(example.draft().model_copy(update={"checks": {}}))[1])
    assert customers(kept, query) == []


def test_the_list_finds_a_reference_in_any_spelling(kept: Kept) -> None:
    sent = kept.send(kept.draft()[1])
    kept.send(kept.draft()[1])
    spelling = TicketFilter(query=sent.reference.lower().replace("-", ""))
    assert [row.reference for row in kept.tickets.list(ticket_filter=spelling)] == [sent.reference]


@pytest.mark.parametrize(
    "chosen",
    [
        {"cause_code": "http.bad_gateway"},
        {"undelivered": True},
        {"query": "shop", "undelivered": True},
        {"since": NOW - timedelta(minutes=1)},
    ],
    ids=str,
)
def test_the_list_is_narrowed(kept: Kept, chosen: Mapping[str, object]) -> None:
    """One ticket is new, has a cause and waits for its desk; the other is none of it."""
    said = example.draft(name="Bo").model_copy(update={"checks": {}})
    kept.send(kept.draft(said)[1], now=NOW - timedelta(days=1), desks=())
    kept.send(kept.draft()[1], now=NOW, desks=("email",))
    rows = kept.tickets.list(ticket_filter=TicketFilter(**chosen))  # type: ignore[arg-type]
    assert [row.customer for row in rows] == ["Анна Ким"]


@pytest.mark.parametrize("field", ["queue", "priority"])
def test_the_list_is_narrowed_to_a_queue_or_a_priority(kept: Kept, field: str) -> None:
    sent = kept.send(kept.draft()[1])
    kept.send(kept.draft()[1])
    with db.writing(kept.engine) as connection:
        connection.execute(
            update(db.tickets)
            .where(db.tickets.c.reference == sent.reference)
            .values({field: "special"})
        )
    rows = kept.tickets.list(ticket_filter=TicketFilter(**{field: "special"}))  # type: ignore[arg-type]
    assert [row.reference for row in rows] == [sent.reference]


def test_of_signs_and_words_together_all_must_be_there(kept: Kept) -> None:
    send_other(kept, changed="onerror=alert(1) since 14:20")
    assert customers(kept, "onerror=alert(1)") == ["Bo"]
    assert customers(kept, "onerror=alert(3)") == []


def test_a_ticket_that_is_gone_is_found_no_more(kept: Kept) -> None:
    sent = kept.send(kept.draft()[1], desks=())
    with db.writing(kept.engine) as connection:
        connection.execute(delete(db.tickets).where(db.tickets.c.reference == sent.reference))
    assert customers(kept, "shop") == []


def test_the_order_is_that_of_sending_whatever_the_clock_says(kept: Kept) -> None:
    first = kept.send(kept.draft()[1], now=NOW + timedelta(days=2))
    second = kept.send(kept.draft()[1], now=NOW)
    assert [row.reference for row in kept.tickets.list()] == [second.reference, first.reference]
