"""
A ticket as a letter: its headers, its parts, its bytes.

Everything in it is fixed by the ticket, so every attempt sends the same letter. A customer's words
reach only the subject, the reply address and the body, each made safe here, and the finished bytes
are compared with what was meant before anything is sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from diagnostics.texts import as_language, one_line
from intake.tickets.render import render
from intake.tickets.render.words import PHRASES
from intake.tickets.store import StoredFile
from intake.tickets.ticket import Ticket

# 7-bit: any server takes it, and no line is over 998 octets (RFC 5321, section 4.5.3.1.6).
LETTER_POLICY = policy.SMTP.clone(cte_type="7bit")
_MAX_SUBJECT = 160
_MAX_NAME = 60
_PART_HEADERS = frozenset(
    {"content-type", "content-transfer-encoding", "content-disposition", "mime-version"}
)


class HeaderMismatch(Exception):  # noqa: N818  a tripwire, not an error of the caller's
    """The bytes have other headers than were meant: something got through, nothing is sent."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is the same in every letter of a desk."""

    sender: str
    to: str
    base_url: str = ""
    language: str | None = None  # of staff; the ticket's own when None


def message_id(key: str, sender: str) -> str:
    """The same for every attempt: a free de-duplication where it is supported (RFC 5322, 3.6.4)."""
    return f"<{key.lower()}.ticket@{sender.rpartition('@')[2]}>"


def write_letter(
    ticket: Ticket,
    files: Sequence[StoredFile],
    envelope: Envelope,
    key: str,
    *,
    follows: str = "",
) -> bytes:
    """
    The finished bytes. `follows` is the key of the letter that this one is an update to.

    No Auto-Submitted and no Precedence: a customer wrote this, and helpdesks answer such mail
    (RFC 3834, section 2; measured with Request Tracker and FreeScout). Staff answer the
    customer by Reply-To; From is ours, for a foreign one would fail DMARC (RFC 7489).

    Raises:
        HeaderMismatch: the header lines are not exactly the ones put in.
    """
    letter = EmailMessage(policy=LETTER_POLICY)
    letter["From"] = envelope.sender
    letter["To"] = envelope.to
    reply_to = reply_address(ticket)
    if reply_to:
        letter["Reply-To"] = reply_to
    # The reference leads: a repeat that a desk takes for a new ticket is joined by it
    # (docs/decisions/0010).
    letter["Subject"] = header_text(f"[{ticket.reference}] {subject_of(ticket, envelope)}")
    # When the ticket was sent, not this attempt: the same letter each time (docs/decisions/0010).
    letter["Date"] = format_datetime(ticket.created_at)
    letter["Message-ID"] = message_id(key, envelope.sender)
    if follows:  # helpdesks put it with the first letter by these (RFC 5322, section 3.6.4)
        letter["In-Reply-To"] = letter["References"] = message_id(follows, envelope.sender)
    letter["X-Intake-Reference"] = ticket.reference
    language = envelope.language or ticket.language
    notes = list(_notes(ticket, files, language, is_update=bool(follows)))
    letter.set_content(_text(ticket, envelope, language, notes), cte="base64")
    letter.add_alternative(_html(ticket, envelope, language, notes), subtype="html", cte="base64")
    letter.add_attachment(
        render(ticket, "json").encode(),
        maintype="application",
        subtype="json",
        filename="ticket.json",
    )
    for place, file in enumerate(files, start=1):
        maintype, _, subtype = file.media_type.partition("/")
        letter.add_attachment(
            file.content,
            maintype=maintype,
            subtype=subtype,
            filename=ascii_name(file.name, place),
        )
    optional = ["reply-to"] if reply_to else []
    optional += ["in-reply-to", "references"] if follows else []
    return checked_letter(letter, optional)


def header_text(text: str) -> str:
    """
    Text fit for a header: one line, nothing hidden, no encoded word.

    `=?` is broken because Python 3.11 and 3.12 before their 2024 patches decode an encoded word
    in the value and write the new line in it as it is (CVE-2024-6923).
    """
    return re.sub(r"=(?=\?)", "= ", one_line(text, _MAX_SUBJECT))


def ascii_name(name: str, place: int) -> str:
    """
    A file's name that every desk takes: Cyrillic ones made Request Tracker answer 500.

    The customer's own name stands in the letter's text.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, _, ending = plain.rpartition(".")
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")
    known = re.fullmatch(r"[A-Za-z0-9]{1,8}", ending)
    return f"{place}-{stem[:60] or 'file'}.{ending if known else 'bin'}"


def subject_of(ticket: Ticket, envelope: Envelope) -> str:
    """The ticket's subject in the language of staff."""
    return ticket.headline.in_(envelope.language or ticket.language)


def reply_address(ticket: Ticket) -> Address | None:
    """The customer's address if it is one that any server can answer; the body has it anyway."""
    address = ticket.contact.email
    if not address:
        return None
    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None
    if checked.ascii_email is None:  # would need SMTPUTF8 (RFC 6531) all the way
        return None
    letters = re.sub(r"[^\w .'-]|_", " ", one_line(ticket.contact.name or ""))
    return Address(" ".join(letters.split())[:_MAX_NAME], addr_spec=checked.ascii_email)


def staff_link(ticket: Ticket, envelope: Envelope) -> str:
    """Where staff read the ticket; empty where our own address isn't known."""
    base = envelope.base_url.rstrip("/")
    return f"{base}/staff/tickets/{ticket.reference}" if base else ""


def _text(ticket: Ticket, envelope: Envelope, language: str, notes: Sequence[str]) -> str:
    parts = [render(ticket, "text", language).rstrip()]
    if link := staff_link(ticket, envelope):
        parts.append(f"{ticket.reference}: {link}")
    return "\n\n".join([*parts, *notes]) + "\n"


def _html(ticket: Ticket, envelope: Envelope, language: str, notes: Sequence[str]) -> str:
    """A whole document around the ticket's article; the link and the notes are our own words."""
    body = [render(ticket, "html", language)]
    if link := staff_link(ticket, envelope):
        body.append(f'<p><a href="{link}">{ticket.reference}</a></p>')
    body += [f"<p>{note}</p>" for note in notes]
    return (
        f'<!doctype html>\n<html lang="{as_language(language)}">\n'
        f'<head><meta charset="utf-8"><title>{ticket.reference}</title></head>\n'
        f"<body>\n{''.join(body)}\n</body>\n</html>\n"
    )


def _notes(
    ticket: Ticket, files: Sequence[StoredFile], language: str, *, is_update: bool
) -> Iterator[str]:
    phrases = PHRASES[as_language(language)]
    if is_update:
        yield phrases.update_note
    elif len(files) < len(ticket.attachments):
        yield phrases.files_left_out


def checked_letter(letter: EmailMessage, optional: Sequence[str] = ()) -> bytes:
    """
    The bytes, if their header lines are exactly the ones that were put in.

    `optional` are those that not every letter to a desk has, in lower case.

    Raises:
        HeaderMismatch: they aren't.
    """
    meant = ["from", "to", "subject", "date", *optional]
    meant += ["message-id", "x-intake-reference", "mime-version", "content-type"]
    content = letter.as_bytes()
    written = header_names(content)
    if sorted(written) != sorted(meant):
        raise HeaderMismatch(f"The letter would have the headers {written}")
    for part in message_from_bytes(content, policy=policy.compat32).walk():
        strange = {name.lower() for name in part.keys()} - _PART_HEADERS - set(meant)  # noqa: SIM118
        if strange:
            raise HeaderMismatch(f"A part would have the headers {sorted(strange)}")
    return content


def header_names(content: bytes) -> list[str]:
    """The names of the header lines as a mail server would read them, lower case."""
    # A lone CR or LF ends a line for some servers, so each of the three counts.
    head = re.split(rb"\r\n\r\n|\n\n|\r\r", content, maxsplit=1)[0]
    lines = re.split(rb"\r\n|\n|\r", head)
    return [
        line.partition(b":")[0].decode("ascii", "replace").lower()
        for line in lines
        if not line.startswith((b" ", b"\t"))
    ]
