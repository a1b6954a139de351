"""What is added to a ticket reaches the desk by mail: that alone, in the ticket's own thread."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake.delivery import Courier, EmailDesk
from intake.delivery.desk_ticket import compose_entry
from intake.delivery.desks.receipt import RECEIPT
from intake.drafts import prepare_file
from intake.outbox import Outbox
from intake.tickets.conversation import NewEntry, customer_line, works_again
from intake.tickets.conversation_store import ConversationStore
from intake.tickets.ticket import ConversationEntry
from tests.delivery.test_email_desk import INJECTIONS
from tests.delivery.test_receipt import receipts
from tests.fakes.smtp import FakeSmtp
from tests.tickets import example
from tests.tickets.example import NOW, Kept


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(f"sqlite:///{tmp_path}/intake.sqlite3")


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    smtp = FakeSmtp()
    smtp.up()
    yield smtp
    smtp.down()


def desk_of(smtp: FakeSmtp) -> EmailDesk:
    return EmailDesk(
        smtp.url,
        to="desk@hoster.example",
        sender="intake@hoster.example",
        base_url="https://help.hoster.example",
        language="en",
    )


def body_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def test_an_addition_is_a_short_mail_in_the_tickets_thread(kept: Kept, smtp: FakeSmtp) -> None:
    reference = kept.send(kept.draft()[1]).reference
    conversations = ConversationStore(kept.engine)
    courier = Courier(kept.engine, [desk_of(smtp)], pick=lambda _low, _high: 0.0)
    conversations.add(
        reference, customer_line("It fails on phones too.", [prepare_file("отчёт.txt", b"502")])
    )
    list(courier.run())
    conversations.add(reference, works_again())
    list(courier.run())
    first, line, works = smtp.mails()
    for mail in (line, works):
        assert mail["In-Reply-To"] == mail["References"] == first["Message-ID"]
        assert mail["Subject"] == first["Subject"]
        assert mail["Reply-To"] == first["Reply-To"]
        assert mail["X-Intake-Reference"] == reference
        assert f"https://help.hoster.example/staff/tickets/{reference}" in body_of(mail)
    assert len({mail["Message-ID"] for mail in smtp.mails()}) == 3
    assert "It fails on phones too." in body_of(line)
    assert "отчёт.txt" in body_of(line)
    assert len(body_of(line)) < 400
    assert [part.get_content() for part in line.iter_attachments()] == ["502"]
    assert "It works again." in body_of(works)
    assert "It fails on phones too." not in body_of(first)  # each thing once
    assert Outbox(kept.engine).counts() == {"delivered": 3}
    ticket = kept.tickets.get(reference)
    assert ticket is not None
    assert [event.kind for event in ticket.events][-3:] == ["delivered", "appended", "appended"]


def test_files_that_are_too_large_stay_and_that_is_said(kept: Kept, smtp: FakeSmtp) -> None:
    reference = kept.send(kept.draft()[1]).reference
    conversations = ConversationStore(kept.engine)
    courier = Courier(kept.engine, [desk_of(smtp)], pick=lambda _low, _high: 0.0)
    list(courier.run())
    smtp.down()
    smtp.size_limit = 20_000
    smtp.up()
    conversations.add(reference, customer_line("", [prepare_file("a.bin", b"\xff\0" * 20_000)]))
    list(courier.run())
    assert "too large" in body_of(smtp.mails()[-1])


def test_what_a_customer_adds_is_not_said_to_have_been_mailed_to_them(
    kept: Kept, smtp: FakeSmtp
) -> None:
    """The receipt's desk mails what staff write, and that alone stands in the history."""
    reference = kept.send(kept.draft()[1], (RECEIPT,)).reference
    conversations = ConversationStore(kept.engine)
    courier = Courier(kept.engine, [receipts(smtp)], pick=lambda _low, _high: 0.0)
    list(courier.run())
    conversations.add(reference, customer_line("It fails on phones too."))
    list(courier.run())
    assert Outbox(kept.engine).counts() == {"delivered": 2}
    assert kinds_of(kept, reference)[-1] == "delivered"
    conversations.add(reference, NewEntry(author="staff", kind="reply", text="It is mended."))
    list(courier.run())
    assert kinds_of(kept, reference)[-1] == "appended"
    assert len(smtp.mails()) == 2


def kinds_of(kept: Kept, reference: str) -> list[str]:
    ticket = kept.tickets.get(reference)
    assert ticket is not None
    return [event.kind for event in ticket.events]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_words_reach_the_head(smtp: FakeSmtp, text: str) -> None:
    entry = ConversationEntry(
        id=7, at=NOW, author="customer", author_name=text, kind="line", text=text
    )
    ticket = example.ticket(example.draft(changed=text))
    desk, key = desk_of(smtp), f"{ticket.reference}.entry.7"
    desk.append("<first@hoster.example>", compose_entry(ticket, entry, [], desk.mapping, key))
    (mail,) = smtp.mails()
    assert mail["Bcc"] is None
    assert smtp.recipients == ["desk@hoster.example"]
