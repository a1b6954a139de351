"""What is said of a ticket after sending: rows of its own, its state, and a way to every desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from intake.drafts import prepare_file
from intake.outbox import Outbox
from intake.tickets import FORMATS, Ticket, for_customer, render
from intake.tickets import conversation_store as limits
from intake.tickets.conversation import (
    EntryRefused,
    NewEntry,
    customer_line,
    customer_rating,
    is_promise_open,
    works_again,
)
from intake.tickets.conversation_store import ConversationStore
from tests.tickets.example import NOW, Kept


class Clock:
    """A clock that only a test moves."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def conversations(kept: Kept, clock: Clock) -> ConversationStore:
    return ConversationStore(kept.engine, clock=clock)


@pytest.fixture
def reference(kept: Kept) -> str:
    return kept.send(kept.draft()[1]).reference


def read(kept: Kept, reference: str) -> Ticket:
    ticket = kept.tickets.get(reference)
    assert ticket is not None
    return ticket


def test_a_line_is_kept_beside_a_document_that_stays(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    sent = read(kept, reference)
    conversations.add(reference, customer_line("  It fails on phones too. \n"))
    ticket = read(kept, reference)
    (entry,) = ticket.conversation
    assert (entry.author, entry.kind, entry.text) == ("customer", "line", "It fails on phones too.")
    assert ticket.model_copy(update={"conversation": ()}) == sent
    with kept.engine.connect() as connection:
        (document,) = connection.exec_driver_sql("SELECT document FROM tickets").one()
    assert json.loads(document)["conversation"] == []


def test_each_desk_with_the_ticket_gets_the_entry_in_the_same_transaction(
    kept: Kept, reference: str
) -> None:
    calls: list[str] = []
    conversations = ConversationStore(kept.engine, on_update=lambda: calls.append("updated"))
    conversations.add(reference, customer_line("one more thing"))
    assert calls == ["updated"]
    (entry,) = read(kept, reference).conversation
    assert [row.about for row in kept.outbox_rows(reference)] == ["", f"entry.{entry.id}"]


def test_a_desk_gets_entries_in_their_order_and_after_the_ticket(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    for text in ("one", "two"):
        conversations.add(reference, customer_line(text))
    first, second = read(kept, reference).conversation
    outbox, later = Outbox(kept.engine), NOW.replace(year=2100)
    for about in ("", f"entry.{first.id}", f"entry.{second.id}"):
        delivery = outbox.lease(later, ["email"])
        assert delivery is not None
        assert delivery.about == about
        assert outbox.lease(later, ["email"]) is None  # the others wait for this one
        outbox.mark_waiting(delivery, later, "away")
        again = outbox.lease(later, ["email"])
        assert again is not None
        assert again.about == about
        outbox.mark_delivered(again, later, "there")


def test_what_a_desk_wrote_does_not_come_back_to_it(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    reply = NewEntry(author="desk", kind="reply", text="Looking.", origin_desk="email")
    conversations.add(reference, reply)
    assert [row.about for row in kept.outbox_rows(reference)] == [""]


def test_the_state_follows_from_what_is_said(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    steps = [
        (NewEntry(author="staff", kind="question", text="Which PHP?"), "waiting"),
        (customer_line("8.3"), "open"),
        (works_again(), "solved"),
        (customer_rating("good"), "solved"),
        (customer_line("It is down again"), "open"),
        (NewEntry(author="staff", kind="state", details={"state": "solved"}), "solved"),
    ]
    for entry, state in steps:
        conversations.add(reference, entry)
        assert read(kept, reference).state == state
        assert kept.tickets.list()[0].state == state


def test_a_second_tap_is_no_second_entry(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    for _ in range(2):
        conversations.add(reference, customer_line("once", key="form-1"))
        conversations.add(reference, works_again())
        conversations.add(reference, customer_rating("bad"))
    conversations.add(reference, customer_rating("good"))
    kinds = [entry.kind for entry in read(kept, reference).conversation]
    assert kinds == ["line", "works-again", "rating"]


def test_the_same_said_twice_in_a_row_is_said_once(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    """A form that is sent again after the answer to it was lost."""
    shot = prepare_file("a.txt", b"log")
    for line in (("down",), ("down",), ("down", [shot]), ("down", [shot]), ("up",), ("down",)):
        conversations.add(reference, customer_line(*line))
    said = [(entry.text, len(entry.files)) for entry in read(kept, reference).conversation]
    assert said == [("down", 0), ("down", 1), ("up", 0), ("down", 0)]


def test_secrets_are_masked_in_words_and_files(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    line = customer_line(
        "password: Xk29dk!sLq", [prepare_file("notes.txt", b"password: Xk29dk!sLq")]
    )
    assert len(line.secrets) == 1
    conversations.add(reference, line)
    (entry,) = read(kept, reference).conversation
    assert "Xk29dk" not in entry.text
    (stored,) = kept.tickets.attachments(reference, entry.id)
    assert b"Xk29dk" not in stored.content
    assert kept.tickets.attachments(reference) == []  # they are none of the document's


def test_an_empty_or_endless_line_is_refused() -> None:
    for text, reason in ((" \n\u200b ", "empty"), ("x" * 10_001, "too-long")):
        with pytest.raises(EntryRefused) as refusal:
            customer_line(text)
        assert refusal.value.reason == reason


def test_a_ticket_takes_so_many_entries_in_an_hour(
    kept: Kept, conversations: ConversationStore, reference: str, clock: Clock
) -> None:
    for number in range(limits.MAX_ENTRIES_AN_HOUR):
        conversations.add(reference, customer_line(str(number)))
    with pytest.raises(EntryRefused, match="too-many"):
        conversations.add(reference, customer_line("one more"))
    conversations.add(reference, NewEntry(author="staff", kind="reply", text="We see it."))
    clock.now += timedelta(hours=1, seconds=1)
    conversations.add(reference, customer_line("one more"))
    assert len(read(kept, reference).conversation) == limits.MAX_ENTRIES_AN_HOUR + 2


def test_a_ticket_takes_so_many_files(
    conversations: ConversationStore, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [prepare_file(f"{number}.txt", b"log") for number in range(limits.MAX_FILES)]
    conversations.add(reference, customer_line("", files[1:]))
    with pytest.raises(EntryRefused, match="too-many-files"):
        conversations.add(reference, customer_line("", files[:2]))
    monkeypatch.setattr(limits, "MAX_FILES_BYTES", 3 * limits.MAX_FILES - 1)
    with pytest.raises(EntryRefused, match="too-much"):
        conversations.add(reference, customer_line("", files[:1]))


def test_nobody_adds_to_a_ticket_that_is_not_there(conversations: ConversationStore) -> None:
    with pytest.raises(LookupError):
        conversations.add("H4X-7PM-2KP", works_again())


def test_a_rating_is_one_of_three() -> None:
    with pytest.raises(ValueError, match="one of"):
        customer_rating("<b>")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_form_shows_the_conversation_as_text(
    kept: Kept, conversations: ConversationStore, reference: str, form: str, language: str
) -> None:
    conversations.add(reference, customer_line("<b>*still*</b>", [prepare_file("a.txt", b"log")]))
    conversations.add(reference, works_again())
    shown = render(read(kept, reference), form, language)  # type: ignore[arg-type]
    assert "a.txt" in shown.replace("\\", "")
    if form == "json":
        assert [entry["kind"] for entry in json.loads(shown)["conversation"]] == [
            "line",
            "works-again",
        ]
        return
    assert ("It works again." if language == "en" else "Снова работает.") in shown
    assert ("solved" if language == "en" else "решено") in shown
    assert "<b>" not in shown if form in {"html", "markdown"} else "<b>*still*</b>" in shown


def test_what_is_for_staff_alone_is_not_in_the_customers_copy(
    kept: Kept, conversations: ConversationStore, reference: str
) -> None:
    note = NewEntry(
        author="system", kind="related", details={"reference": "H4X-7PM-2KP"}, is_internal=True
    )
    conversations.add(reference, note)
    ticket = read(kept, reference)
    assert "H4X-7PM-2KP" in render(ticket, "text", "en")
    assert "H4X-7PM-2KP" not in for_customer(ticket).model_dump_json()


def test_a_promise_is_kept_by_an_answer(kept: Kept, conversations: ConversationStore) -> None:
    """Who was asked back or answered doesn't go on reading by when somebody will answer."""
    asked, answered, silent = (kept.send(kept.draft()[1]).reference for _ in range(3))
    conversations.add(asked, NewEntry(author="staff", kind="question", text="Which PHP?"))
    conversations.add(answered, NewEntry(author="staff", kind="reply", text="It is mended."))
    conversations.add(answered, customer_line("It isn't."))
    conversations.add(silent, customer_line("It fails on phones too."))
    assert not is_promise_open(read(kept, asked))
    assert not is_promise_open(read(kept, answered))
    assert is_promise_open(read(kept, silent))
