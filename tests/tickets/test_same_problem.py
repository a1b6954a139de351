"""The same customer about the same site: staff have both texts, and a draft can join a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from intake.drafts import DraftClosed
from intake.outbox import Outbox
from intake.tickets import Ticket, for_customer, render
from intake.tickets.conversation import works_again
from intake.tickets.conversation_store import ConversationStore
from intake.tickets.joining import earlier_open_ticket, join_draft, join_ticket
from intake.tickets.same_problem import answers_in_words, hosts_of
from tests.tickets import example
from tests.tickets.example import NOW, Kept


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


def send(kept: Kept, **said: Any) -> Ticket:
    return kept.send(kept.draft(example.draft(**said))[1])


def read(kept: Kept, reference: str) -> Ticket:
    ticket = kept.tickets.get(reference)
    assert ticket is not None
    return ticket


def test_staff_have_both_texts_in_the_first_ticket_and_the_reason_in_the_second(
    kept: Kept,
) -> None:
    first, second = send(kept), send(kept, changed="I moved the site")
    assert [other.reference for other in second.related] == [first.reference]
    for language, reason in (("en", "isn't confirmed"), ("ru", "не подтверждено")):
        assert reason in render(read(kept, second.reference), "text", language)
    (entry,) = read(kept, first.reference).conversation
    assert (entry.kind, entry.is_internal) == ("related", True)
    assert "I moved the site" in entry.text
    assert second.reference in render(read(kept, first.reference), "text", "en")


def test_no_customer_reads_that_there_is_another_ticket(kept: Kept) -> None:
    first, second = send(kept), send(kept)
    for ticket, other in ((first, second), (second, first)):
        shown = for_customer(read(kept, ticket.reference))
        assert other.reference not in shown.model_dump_json()


@pytest.mark.parametrize(
    "said",
    [{"site": "other.example"}, {"email": "boris@mail.example", "contact": "boris@mail.example"}],
)
def test_another_site_or_another_customer_is_another_problem(
    kept: Kept, said: dict[str, str]
) -> None:
    send(kept)
    known = {ask.id for ask in example.CHECKLIST.asks}
    draft = example.draft(**{name: text for name, text in said.items() if name in known})
    other = draft.model_copy(update={"checks": {}} if "site" in said else {})
    assert kept.send(kept.draft(other)[1]).related == ()


def test_what_is_solved_or_old_is_not_the_same(kept: Kept) -> None:
    first = send(kept)
    ConversationStore(kept.engine).add(first.reference, works_again())
    second = send(kept)
    assert second.related == ()
    later = kept.send(kept.draft()[1], now=NOW + timedelta(days=8))
    assert later.related == ()


def test_a_www_and_an_address_with_a_path_are_the_same_site() -> None:
    assert hosts_of(["https://www.Shop.example/cart", "shop.example."]) == {"shop.example"}
    assert hosts_of(["nothing", "", "!"]) == frozenset()


def test_a_draft_that_joins_a_ticket_is_an_entry_with_its_files_and_a_link_to_it(
    kept: Kept,
) -> None:
    first = send(kept)
    token, draft_id = kept.draft()
    kept.files.add(draft_id, "shot", "log.txt", b"502")
    for _ in range(2):  # a second click
        join_draft(kept.engine, draft_id, first.reference, lambda: "it fails again", NOW)
    (entry,) = read(kept, first.reference).conversation
    assert (entry.kind, entry.author, entry.text) == ("again", "customer", "it fails again")
    assert [file.name for file in entry.files] == ["log.txt"]
    assert [file.content for file in kept.tickets.attachments(first.reference, entry.id)] == [
        b"502"
    ]
    linked = kept.tickets.find_by_token(token)
    assert linked is not None
    assert linked.reference == first.reference
    assert len(kept.tickets.list()) == 1
    assert Outbox(kept.engine).counts() == {"waiting": 2}
    with pytest.raises(DraftClosed):
        join_draft(kept.engine, "nobody", first.reference, str, NOW)


def test_what_a_ticket_says_is_a_line_an_answer() -> None:
    lines = answers_in_words(example.ticket(example.draft())).splitlines()
    assert any("shop.example" in line for line in lines)
    assert all(line.strip() for line in lines)


def test_a_later_ticket_joins_the_earlier_one_with_its_files(kept: Kept) -> None:
    first = send(kept)
    _, draft_id = kept.draft(example.draft(changed="I moved the site"))
    kept.files.add(draft_id, "shot", "log.txt", b"502")
    second = kept.send(draft_id)
    assert earlier_open_ticket(kept.tickets, second) == read(kept, first.reference)
    assert join_ticket(kept.engine, second, first.reference, NOW)
    assert not join_ticket(kept.engine, second, first.reference, NOW)  # a second tap
    note, entry = read(kept, first.reference).conversation
    assert (note.kind, entry.kind, entry.is_internal) == ("related", "again", False)
    assert "I moved the site" in entry.text
    assert [file.content for file in kept.tickets.attachments(first.reference, entry.id)] == [
        b"502"
    ]
    later = read(kept, second.reference)
    assert later.state == "solved"
    assert first.reference in render(later, "text", "en")
    assert first.reference not in for_customer(later).model_dump_json()
    assert earlier_open_ticket(kept.tickets, later) is None


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("info@strasse.example", "info@straße.example"), ("info@σ.example", "info@ς.example")],
)
def test_addresses_that_only_look_the_same_to_unicode_are_two_peoples(
    kept: Kept, theirs: str, ours: str
) -> None:
    """Whoever owned the one domain opened, by the link of a mail, what the other had written."""
    first, second = send(kept, email=theirs), send(kept, email=ours)
    assert [other.reference for other in second.related] == [first.reference]
    assert earlier_open_ticket(kept.tickets, second) is None
    third = send(kept, email=ours)
    assert earlier_open_ticket(kept.tickets, third) == read(kept, second.reference)
