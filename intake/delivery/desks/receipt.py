"""
The customer's receipt: the ticket's reference, a link, a copy of the answers, and when to expect an
answer.

It is sent through the outbox like a desk's letter, so it is tried again and never doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import structlog
from email_validator import EmailNotValidError, validate_email

from diagnostics.texts import one_line
from intake.delivery.desk import Capabilities, Receipt, Refused
from intake.delivery.desk_mapping import DeskMapping
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import OneWayDesk
from intake.delivery.desks.customer_letter import (
    CustomerEnvelope,
    LetterMismatch,
    write_customer_letter,
)
from intake.delivery.desks.email import EmailDesk
from intake.delivery.desks.letter import LETTER_POLICY, header_names, header_text, message_id
from intake.journey.draft import Source
from intake.tickets.render.formats import read_zone
from intake.tickets.render.promise import promise_in_words
from intake.tickets.ticket import ConversationEntry, Ticket, TicketItem

RECEIPT = "receipt"

log = structlog.get_logger(__name__)

_MAX_ANSWER_LENGTH = 600  # characters; the whole of it is behind the link
_HEADERS = sorted(
    ["from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted",
     "mime-version", "content-type", "content-transfer-encoding"]
)  # fmt: skip
_WORDS = {
    "en": {
        "subject": "We have your message",
        "follows_subject": "We'll write when it's over",
        "follows": "You want to hear when it works again: this thread will tell you.",
        "number": "Your number is {reference}.",
        "link": "Your ticket, on any device:",
        "add": "To add something, reply to this email.",
        "copy": "What you sent us:",
        "not_me": "If it wasn't you who wrote to us, ignore this email.",
    },
    "ru": {
        "subject": "Мы получили ваше обращение",
        "follows_subject": "Напишем, когда всё заработает",
        "follows": "Как только всё заработает, вы получите письмо в этой же переписке.",
        "number": "Ваш номер: {reference}.",
        "link": "Обращение откроется на любом устройстве:",
        "add": "Чтобы что-то добавить, ответьте на это письмо.",
        "copy": "Что вы нам отправили:",
        "not_me": "Если вы нам не писали, ничего не делайте.",
    },
}


class ReceiptMail(OneWayDesk):
    """
    The receipt as a desk of the outbox; `mailer` sends its letters, `ticket_url` returns a ticket's
    link.
    """

    def __init__(  # noqa: PLR0913  what stands in its letters
        self,
        mailer: EmailDesk,
        *,
        sender: str,
        reply_to: str,
        name: str,
        ticket_url: Callable[[Ticket], str],
        zone: str = "UTC",
    ) -> None:
        capabilities = Capabilities(finds=False, repeat="joined", only_answers=True)
        super().__init__(RECEIPT, DeskMapping(), capabilities)
        self._mailer, self._sender, self._reply_to = mailer, sender, reply_to
        self._display_name, self._ticket_url = name, ticket_url
        self._zone = ZoneInfo(zone)

    def create(self, ticket: DeskTicket) -> Receipt:
        """
        Mail the receipt. A refused address is only logged: no person needs to look.

        Raises:
            Unavailable: the server doesn't answer, or says "later".
        """
        whole = ticket.ticket
        to = _address(whole)
        if to is None:
            return Receipt(remote_id="")
        try:
            key = f"{ticket.key}.{RECEIPT}"
            self._mailer.mail(self._receipt_letter(whole, to, ticket.key), to, key)
        except Refused as refusal:
            log.warning("a receipt was refused", reference=whole.reference, why=str(refusal))
        return Receipt(remote_id=message_id(f"{ticket.key}.{RECEIPT}", self._sender))

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """
        Mail what staff wrote; the rest of the conversation is on the ticket's page.

        Raises:
            Refused: no server takes it, which its author must know.
            Unavailable: the server doesn't answer, or says "later".
        """
        del remote_id
        ticket, entry, to = message.ticket, message.entry, _address(message.ticket)
        if entry is not None and to is not None and message.is_answer:
            letter = self._staff_letter(ticket, entry, to, message.key)
            self._mailer.mail(letter, to, f"{message.key}.{RECEIPT}")

    def _staff_letter(self, ticket: Ticket, entry: ConversationEntry, to: str, key: str) -> bytes:
        envelope = CustomerEnvelope(
            sender=self._sender,
            to=to,
            reply_to=self._reply_to,
            brand=self._display_name,
            link=self._ticket_url(ticket),
            in_reply_to=message_id(f"{ticket.reference}.{RECEIPT}", self._sender),
        )
        try:
            return write_customer_letter(ticket, entry, envelope, f"{key}.{RECEIPT}")
        except LetterMismatch as mismatch:
            raise Refused(str(mismatch)) from mismatch

    def _receipt_letter(self, ticket: Ticket, to: str, key: str) -> bytes:
        letter = EmailMessage(policy=LETTER_POLICY)
        brand = " ".join(one_line(self._display_name).replace('"', "").split())
        letter["From"] = Address(brand, addr_spec=self._sender)
        letter["To"] = to
        letter["Reply-To"] = self._reply_to
        subject = _words(ticket)["follows_subject" if ticket.follows else "subject"]
        letter["Subject"] = header_text(f"[{ticket.reference}] {subject}")
        letter["Date"] = format_datetime(ticket.created_at)
        letter["Message-ID"] = message_id(f"{key}.{RECEIPT}", self._sender)
        letter["Auto-Submitted"] = "auto-replied"  # so that no robot answers it (RFC 3834)
        letter.set_content("\n".join(self._lines(ticket)) + "\n", cte="base64")
        content = letter.as_bytes()
        if sorted(header_names(content)) != _HEADERS:
            raise Refused(f"The receipt would have the headers {header_names(content)}")
        return content

    def _lines(self, ticket: Ticket) -> Iterator[str]:
        words = _words(ticket)
        yield words["number"].format(reference=ticket.reference)
        if ticket.follows:
            yield words["follows"]
        if ticket.answer_by is not None:
            reader = read_zone(ticket.environment.timezone)
            at, language = ticket.answer_by, ticket.language
            yield promise_in_words(at, language, reader=reader, default_zone=self._zone)
        yield from ("", words["link"], self._ticket_url(ticket), "", words["add"], "")
        yield words["copy"]
        for item in ticket.items:
            if not item.is_empty and item.source is not Source.UNKNOWN:
                yield f"- {_line(item, ticket.language)}"
        yield from ("", words["not_me"])


def _words(ticket: Ticket) -> dict[str, str]:
    return _WORDS.get(ticket.language, _WORDS["en"])


def _line(item: TicketItem, language: str) -> str:
    # A stranger's links must not be clickable in our letter.
    answer = one_line(item.display.in_(language), _MAX_ANSWER_LENGTH).replace("://", ": //")
    return f"{one_line(item.label.in_(language))}: {answer}"


def _address(ticket: Ticket) -> str | None:
    try:
        checked = validate_email(ticket.contact.email or "", check_deliverability=False)
    except EmailNotValidError:
        return None
    return checked.ascii_email  # None where it would need SMTPUTF8 (RFC 6531)
