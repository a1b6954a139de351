"""What staff write reaches the customer: signed, in their language, in the receipt's thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.delivery import Refused
from intake.delivery.desk_mapping import DeskMapping
from intake.delivery.desk_ticket import compose_desk_ticket, compose_entry
from intake.delivery.desks.receipt import ReceiptMail
from intake.tickets.ticket import ConversationEntry, Ticket
from tests.delivery.test_receipt import receipts
from tests.fakes.smtp import FakeSmtp
from tests.tickets import example
from tests.tickets.example import NOW


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    server.up()
    yield server
    server.down()


WORDS = "PHP restarted. Look again."


def entry(kind: str = "reply", text: str = WORDS, **more: object) -> ConversationEntry:
    said = {"author": "staff", "author_name": "Ольга Петрова", "text": text, **more}
    return ConversationEntry(id=5, at=NOW, kind=kind, **said)  # type: ignore[arg-type]


def append(desk: ReceiptMail, ticket: Ticket, entry: ConversationEntry) -> None:
    key = f"{ticket.reference}.entry.5"
    desk.append("r", compose_entry(ticket, entry, (), DeskMapping(), key))


@pytest.mark.parametrize(
    ("language", "kind", "said"),
    [
        ("ru", "reply", "здесь же можно что-то добавить"),
        ("en", "reply", "a place to add something"),
        ("ru", "question", "Нам нужно узнать ещё одно"),
        ("en", "question", "We need one more thing from you"),
    ],
)
def test_a_reply_is_signed_and_in_the_thread(
    smtp: FakeSmtp, language: str, kind: str, said: str
) -> None:
    desk, ticket = receipts(smtp), example.ticket(example.draft(language))
    desk.create(compose_desk_ticket(ticket, (), DeskMapping()))
    append(desk, ticket, entry(kind))
    receipt, mail = smtp.mails()
    assert mail["To"] == "anna@shop.example"
    assert mail["Reply-To"] == "desk@hoster.example"
    assert "Ольга Петрова, AcmeHost" in str(mail["From"])
    assert mail["From"].addresses[0].addr_spec == "intake@hoster.example"
    assert mail["In-Reply-To"] == receipt["Message-ID"]
    assert mail["Message-ID"] != receipt["Message-ID"]
    assert mail["Auto-Submitted"] is None
    text = mail.get_content()
    for words in (said, WORDS, "https://help.example/t/H4X-7PM-2KP~"):
        assert words in text


@pytest.mark.parametrize(
    "kept_here",
    [
        entry("note"),
        entry("owner", details={"owner": "Bo"}),
        entry("state", details={"state": "open"}),
        entry("line", author="customer"),
    ],
    ids=lambda kept: kept.kind,
)
def test_nothing_else_is_mailed(smtp: FakeSmtp, kept_here: ConversationEntry) -> None:
    ticket = example.ticket()
    append(receipts(smtp), ticket, kept_here)
    assert smtp.mails() == []


@pytest.mark.parametrize(
    "name", ["Bo\r\nBcc: a@evil.example", 'Bo" <a@evil.example>', "=?utf-8?q?x?="]
)
def test_a_name_writes_no_header(smtp: FakeSmtp, name: str) -> None:
    ticket = example.ticket()
    append(receipts(smtp), ticket, entry(author_name=name))
    [mail] = smtp.mails()
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["From"].addresses] == ["intake@hoster.example"]
    assert smtp.recipients == ["anna@shop.example"]


def test_a_reply_that_no_server_takes_is_told(smtp: FakeSmtp) -> None:
    smtp.at_rcpt = lambda: "550 5.1.1 no such user"
    with pytest.raises(Refused):
        append(receipts(smtp), example.ticket(), entry())
