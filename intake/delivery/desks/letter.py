"""
A ticket as a letter: its headers, its parts, its bytes.

Everything in it is determined by the ticket, so every attempt sends the same letter. A customer's
words reach only the subject, the reply address and the body, each made safe here, and the headers
of the finished bytes are compared with the intended ones before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Literal

from diagnostics.texts import as_language, one_line
from intake.delivery.desk_mapping import DeskMapping
from intake.delivery.desk_ticket import DeskMessage, DeskTicket, ticket_facts
from intake.delivery.requester import requester_of
from intake.tickets.render import render
from intake.tickets.render.words import PHRASES
from intake.tickets.stored_file import StoredFile
from intake.tickets.ticket import Ticket

# 7-bit: any server takes it, and no line is over 998 octets (RFC 5321, section 4.5.3.1.6).
LETTER_POLICY = policy.SMTP.clone(cte_type="7bit")
_MAX_SUBJECT = 160
_MAX_NAME = 60
_PART_HEADERS = frozenset(
    {"content-type", "content-transfer-encoding", "content-disposition", "mime-version"}
)


class HeaderMismatch(Exception):  # noqa: N818  a tripwire, not an error of the caller's
    """The bytes have other headers than intended: an injection got through, so nothing is sent."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """
    What is the same in every letter of a desk.

    `brand` stands in From beside the customer's name. `headers_of` names a helpdesk whose own
    headers are added; it trusts them in mail from a trusted mailbox.
    """

    sender: str
    to: str
    mapping: DeskMapping = field(default_factory=DeskMapping)
    brand: str = ""
    headers_of: Literal["", "znuny", "zammad"] = ""


def message_id(key: str, sender: str) -> str:
    """
    Return a Message-ID that is the same at every attempt, so that some servers drop repeats (RFC
    5322, 3.6.4).
    """
    return f"<{key.lower()}.ticket@{sender.rpartition('@')[2]}>"


def write_letter(ticket: DeskTicket, files: Sequence[StoredFile], envelope: Envelope) -> bytes:
    """
    Return the finished bytes, with these of the ticket's files.

    No Auto-Submitted and no Precedence: a customer wrote this, and helpdesks answer such mail (RFC
    3834, section 2; measured with Request Tracker and FreeScout). Staff answer the customer by
    Reply-To. From is our own address, because a foreign one would fail DMARC (RFC 7489).

    Raises:
        HeaderMismatch: the header lines are not exactly the ones put in.
    """
    whole = ticket.ticket
    letter = _letter_with_headers(whole, ticket.subject, ticket.key, envelope)
    if ticket.reply_address:
        # No mail goes to this address: it tells the desk to copy its agents' replies to us.
        letter["Cc"] = ticket.reply_address
    # When the ticket was sent, not this attempt: the same letter each time (docs/decisions/0010).
    letter["Date"] = format_datetime(whole.created_at)
    language = ticket.language
    notes = (
        [PHRASES[as_language(language)].files_left_out]
        if len(files) < len(whole.attachments)
        else []
    )
    letter.set_content("\n\n".join([ticket.text.rstrip(), *notes]) + "\n", cte="base64")
    letter.add_alternative(_html(ticket, notes), subtype="html", cte="base64")
    _attach_json(letter, whole)
    _attach(letter, files)
    return _checked_bytes(letter)


def write_update(
    message: DeskMessage, files: Sequence[StoredFile], envelope: Envelope, *, in_reply_to: str
) -> bytes:
    """
    Return the bytes of an addition to a ticket; `in_reply_to` is the Message-ID of the ticket's
    letter.

    Raises:
        HeaderMismatch: the header lines are not exactly the ones put in.
    """
    ticket = message.ticket
    subject = ticket.headline.in_(message.language)
    letter = _letter_with_headers(ticket, f"[{ticket.reference}] {subject}", message.key, envelope)
    letter["Date"] = format_datetime(message.at)
    # By these helpdesks add it to the first letter's ticket (RFC 5322, section 3.6.4).
    letter["In-Reply-To"] = letter["References"] = in_reply_to
    sent = message if len(files) == len(message.files) else message.without_files()
    letter.set_content(sent.text, cte="base64")
    if message.is_whole:
        _attach_json(letter, ticket)
    _attach(letter, files)
    return _checked_bytes(letter)


def _letter_with_headers(
    ticket: Ticket, subject: str, key: str, envelope: Envelope
) -> EmailMessage:
    letter = EmailMessage(policy=LETTER_POLICY)
    requester = requester_of(ticket, envelope.mapping)
    name = _plain_name(requester.name)
    # Whose ticket it is shows in a desk's list; the address is ours, for DMARC (RFC 7489).
    author = f"{name} ({_plain_name(envelope.brand)})" if envelope.brand else name
    letter["From"] = Address(author, addr_spec=envelope.sender)
    letter["To"] = envelope.to
    # A desk takes this address for the requester; without it, it would take ours.
    letter["Reply-To"] = Address(name, addr_spec=requester.email)
    # The reference comes first: by it a desk joins a repeat that it took for a new ticket
    # (docs/decisions/0010).
    letter["Subject"] = header_text(subject)
    letter["Message-ID"] = message_id(key, envelope.sender)
    for header, value in _facts(ticket, envelope):
        letter[header] = header_text(value)
    return letter


_X_PRIORITY: Final = {"urgent": "1", "high": "2", "low": "5"}


def _facts(ticket: Ticket, envelope: Envelope) -> Iterator[tuple[str, str]]:
    """Yield the headers that a desk's own rules can read: queue, priority, cause, target."""
    facts = ticket_facts(ticket, "en")
    for fact in ("reference", "queue", "priority", "cause", "target", "addresses", "checklist"):
        if facts[fact]:
            yield f"X-Intake-{fact.capitalize()}", facts[fact]
    if account := _plain_name(facts["account"]):
        yield "X-Intake-Account", account
    yield "X-Priority", _X_PRIORITY.get(ticket.priority, "3")
    if ticket.priority in {"urgent", "high"}:
        yield "Importance", "high"
    mapping = envelope.mapping
    queue, priority = mapping.queue(ticket.queue), mapping.priority(ticket.priority)
    if envelope.headers_of == "znuny":
        yield from (("X-OTRS-Queue", queue), ("X-OTRS-Priority", priority))
    if envelope.headers_of == "zammad":
        yield from (("X-Zammad-Ticket-Group", queue), ("X-Zammad-Ticket-Priority", priority))


def _plain_name(text: str) -> str:
    """Return a name fit for a header: letters, digits and the punctuation of names."""
    letters = re.sub(r"[^\w .+'-]|_", " ", one_line(text))
    return " ".join(letters.split())[:_MAX_NAME].strip()


def _attach(letter: EmailMessage, files: Sequence[StoredFile]) -> None:
    for file in files:
        maintype, _, subtype = file.media_type.partition("/")
        letter.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)


def _attach_json(letter: EmailMessage, ticket: Ticket) -> None:
    letter.add_attachment(
        render(ticket, "json").encode(),
        maintype="application",
        subtype="json",
        filename="ticket.json",
    )


def header_text(text: str) -> str:
    """
    Return text fit for a header: one line, nothing hidden, no encoded word.

    `=?` is broken up because Python 3.11 and 3.12 before their 2024 patches decode an encoded word
    in the value and write the new line in it as it is (CVE-2024-6923).
    """
    return re.sub(r"=(?=\?)", "= ", one_line(text, _MAX_SUBJECT))


def _html(ticket: DeskTicket, notes: Sequence[str]) -> str:
    """
    Return a whole document around the ticket's article; the link and the notes are our
    own words.
    """
    body = [render(ticket.ticket, "html", ticket.language)]
    if ticket.link:
        body.append(f'<p><a href="{ticket.link}">{ticket.reference}</a></p>')
    body += [f"<p>{note}</p>" for note in notes]
    return (
        f'<!doctype html>\n<html lang="{ticket.language}">\n'
        f'<head><meta charset="utf-8"><title>{ticket.reference}</title>'
        f"<style>{_STYLE}</style></head>\n"
        f"<body>\n{''.join(body)}\n</body>\n</html>\n"
    )


# What mail programs support; without it headings and tables remain readable.
_STYLE: Final = (
    "body{font:15px/1.45 sans-serif;max-width:46em}h1{font-size:1.3em}h2{font-size:1.1em;"
    "margin:1.2em 0 .3em}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;"
    "padding:.2em .8em .2em 0}dl{margin:.3em 0}dt{display:inline;font-weight:bold}"
    "dd{display:inline;margin:0 0 0 .4em}.source,.took{color:#666}"
)


def _checked_bytes(letter: EmailMessage) -> bytes:
    """
    Return the bytes of a letter.

    Raises:
        HeaderMismatch: its header lines are not exactly the ones that were put in.
    """
    expected = [name.lower() for name in letter.keys()]  # noqa: SIM118  one for each line
    content = letter.as_bytes()
    written = header_names(content)
    if sorted(written) != sorted(expected):
        raise HeaderMismatch(f"The letter would have the headers {written}")
    for part in message_from_bytes(content, policy=policy.compat32).walk():
        unexpected = {name.lower() for name in part.keys()} - _PART_HEADERS - set(expected)  # noqa: SIM118
        if unexpected:
            raise HeaderMismatch(f"A part would have the headers {sorted(unexpected)}")
    return content


def header_names(content: bytes) -> list[str]:
    """Return the names of the header lines as a mail server would read them, in lower case."""
    # A lone CR or LF ends a line for some servers, so each of the three counts.
    head = re.split(rb"\r\n\r\n|\n\n|\r\r", content, maxsplit=1)[0]
    lines = re.split(rb"\r\n|\n|\r", head)
    return [
        line.partition(b":")[0].decode("ascii", "replace").lower()
        for line in lines
        if not line.startswith((b" ", b"\t"))
    ]
