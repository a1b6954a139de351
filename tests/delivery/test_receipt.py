"""The customer's receipt: one letter in their language, which no robot answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.delivery import DeskMapping, EmailDesk, Unavailable
from intake.delivery.desk_ticket import compose_desk_ticket
from intake.delivery.desks.receipt import ReceiptMail
from intake.tickets import TicketLinks
from tests.fakes.smtp import FakeSmtp
from tests.tickets import example
from tests.tickets.example import NOW

LINKS = TicketLinks(b"k" * 32, days=90)


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    server.up()
    yield server
    server.down()


def receipts(smtp: FakeSmtp) -> ReceiptMail:
    desk = "desk@hoster.example"
    return ReceiptMail(
        EmailDesk(smtp.url, to=desk, sender=desk, name="receipt", timeout_s=5.0),
        sender="intake@hoster.example",
        reply_to=desk,
        name="AcmeHost",
        ticket_url=lambda ticket: f"https://help.example/t/{LINKS.token(ticket.reference)}",
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("ru", ["Ваш номер: H4X-7PM-2KP", "Ответим до", "Обновили плагин"]),
     ("en", ["Your number is H4X-7PM-2KP", "We answer by Sunday 22 November, ", "Changed: "])],
)  # fmt: skip
def test_it_says_the_number_when_and_what_was_sent(
    smtp: FakeSmtp, language: str, said: list[str]
) -> None:
    ticket = example.ticket(example.draft(language), answer_by=NOW)
    receipts(smtp).create(compose_desk_ticket(ticket, (), DeskMapping()))
    [mail] = smtp.mails()
    assert smtp.recipients == ["anna@shop.example"]
    assert mail["To"] == "anna@shop.example"
    assert mail["Reply-To"] == "desk@hoster.example"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert "AcmeHost" in mail["From"]
    text = mail.get_content()
    for words in (*said, "https://help.example/t/H4X-7PM-2KP~"):
        assert words in text


def test_a_strangers_links_are_not_to_be_tapped(smtp: FakeSmtp) -> None:
    ticket = example.ticket(example.draft(changed="see https://evil.example/x\r\nBcc: a@b.example"))
    receipts(smtp).create(compose_desk_ticket(ticket, (), DeskMapping()))
    [mail] = smtp.mails()
    assert "https://evil" not in mail.get_content()
    assert mail["Bcc"] is None


@pytest.mark.parametrize("contact", ["+79123456789", "anna@", "анна@почта.рф", ""])
def test_without_an_address_there_is_none(smtp: FakeSmtp, contact: str) -> None:
    ticket = example.ticket()
    unreachable = ticket.model_copy(
        update={"contact": ticket.contact.model_copy(update={"email": contact or None})}
    )
    receipts(smtp).create(compose_desk_ticket(unreachable, (), DeskMapping()))
    assert smtp.letters == []


def test_an_address_that_is_refused_needs_no_person(smtp: FakeSmtp) -> None:
    smtp.at_rcpt = lambda: "550 5.1.1 no such user"
    receipts(smtp).create(compose_desk_ticket(example.ticket(), (), DeskMapping()))


def test_a_server_that_is_away_is_tried_later(smtp: FakeSmtp) -> None:
    smtp.down()
    with pytest.raises(Unavailable):
        receipts(smtp).create(compose_desk_ticket(example.ticket(), (), DeskMapping()))


@pytest.mark.parametrize("token", ["H4X-7PM-2KP~", "H4X-7PM-2KP~x", "~", "H4X-7PM-2KQ", "я~я"])
def test_a_link_can_not_be_guessed(token: str) -> None:
    assert LINKS.reference(token) is None
    assert TicketLinks(b"another" * 5, days=9).reference(LINKS.token("H4X-7PM-2KP")) is None
    assert LINKS.reference(LINKS.token("H4X-7PM-2KP")) == "H4X-7PM-2KP"


def test_a_link_ends() -> None:
    old = example.ticket(now=NOW.replace(year=2020))
    assert LINKS.is_over(old)
