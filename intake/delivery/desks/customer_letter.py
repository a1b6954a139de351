"""A letter to the customer with what staff wrote, in the thread of the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from diagnostics.texts import as_language, escape_hidden_lines, one_line
from intake.delivery.desks.letter import LETTER_POLICY, header_names, header_text, message_id
from intake.tickets.render.conversation_view import conversation_words
from intake.tickets.ticket import ConversationEntry, Ticket

_HEADERS: Final = sorted(
    ["from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
     "mime-version", "content-type", "content-transfer-encoding"]
)  # fmt: skip


class LetterMismatch(Exception):  # noqa: N818  a letter that must not leave, not a fault to mend
    """The header lines are not exactly the ones put in."""


@dataclass(frozen=True, slots=True)
class CustomerEnvelope:
    """
    The addresses and names of a letter: `sender` is our own address, `brand` the host's name.

    `in_reply_to` is the receipt's Message-ID.
    """

    sender: str
    to: str
    reply_to: str
    brand: str
    link: str
    in_reply_to: str


def write_customer_letter(
    ticket: Ticket, entry: ConversationEntry, envelope: CustomerEnvelope, key: str
) -> bytes:
    """
    Return the finished bytes: who writes, what, and the link where the customer answers.

    No Auto-Submitted: a person wrote it. The bytes are the same at every attempt.

    Raises:
        LetterMismatch: the header lines are not exactly the ones put in.
    """
    letter = EmailMessage(policy=LETTER_POLICY)
    letter["From"] = Address(_display_name(entry, envelope), addr_spec=envelope.sender)
    letter["To"] = envelope.to
    letter["Reply-To"] = envelope.reply_to
    subject = conversation_words("mail_subject", as_language(ticket.language))
    letter["Subject"] = header_text(f"[{ticket.reference}] {subject}")
    letter["Date"] = format_datetime(entry.at)
    letter["Message-ID"] = message_id(key, envelope.sender)
    letter["In-Reply-To"] = letter["References"] = envelope.in_reply_to  # RFC 5322, section 3.6.4
    letter.set_content("\n".join(_lines(ticket, entry, envelope)) + "\n", cte="base64")
    content = letter.as_bytes()
    if sorted(header_names(content)) != _HEADERS:
        raise LetterMismatch(f"The letter would have the headers {header_names(content)}")
    return content


def _display_name(entry: ConversationEntry, envelope: CustomerEnvelope) -> str:
    author = ", ".join(filter(None, (entry.author_name, envelope.brand)))
    return " ".join(one_line(author).replace('"', "").split())


def _lines(ticket: Ticket, entry: ConversationEntry, envelope: CustomerEnvelope) -> Iterator[str]:
    language = as_language(ticket.language)
    is_question = entry.kind == "question"
    if is_question:
        yield from (conversation_words("mail_question", language), "")
    yield escape_hidden_lines(entry.text)
    yield from ("", entry.author_name, envelope.brand, "")
    yield conversation_words("mail_answer" if is_question else "mail_page", language)
    yield envelope.link
