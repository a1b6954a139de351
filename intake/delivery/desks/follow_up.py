"""One entry of a ticket's conversation as a letter: short, in the ticket's own thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from diagnostics.texts import as_language, escape_hidden_lines
from intake.delivery.desks.letter import (
    LETTER_POLICY,
    Envelope,
    ascii_name,
    checked_letter,
    header_text,
    message_id,
    reply_address,
    staff_link,
    subject_of,
)
from intake.tickets.render.conversation_view import ConversationView, conversation_words
from intake.tickets.render.formats import format_moment
from intake.tickets.render.words import PHRASES
from intake.tickets.store import StoredFile
from intake.tickets.ticket import ConversationEntry, Ticket


def write_follow_up(
    ticket: Ticket,
    entry: ConversationEntry,
    files: Sequence[StoredFile],
    envelope: Envelope,
    key: str,
) -> bytes:
    """
    The finished bytes: what was added, and what staff need to find the ticket it belongs to.

    The same at every attempt, and answered as the ticket's letter is (see `write_letter`).

    Raises:
        HeaderMismatch: the header lines are not exactly the ones put in.
    """
    letter = EmailMessage(policy=LETTER_POLICY)
    letter["From"] = envelope.sender
    letter["To"] = envelope.to
    reply_to = reply_address(ticket)
    if reply_to:
        letter["Reply-To"] = reply_to
    letter["Subject"] = header_text(f"[{ticket.reference}] {subject_of(ticket, envelope)}")
    letter["Date"] = format_datetime(entry.at)
    letter["Message-ID"] = message_id(key, envelope.sender)
    first = message_id(ticket.reference, envelope.sender)
    letter["In-Reply-To"] = letter["References"] = first  # RFC 5322, section 3.6.4
    letter["X-Intake-Reference"] = ticket.reference
    lines = "\n".join(_lines(ticket, entry, files, envelope))
    letter.set_content(lines + "\n", cte="base64")
    for place, file in enumerate(files, start=1):
        maintype, _, subtype = file.media_type.partition("/")
        letter.add_attachment(
            file.content,
            maintype=maintype,
            subtype=subtype,
            filename=ascii_name(file.name, place),
        )
    optional = ["reply-to"] if reply_to else []
    # A letter of one part has its encoding in its head.
    optional += [] if files else ["content-transfer-encoding"]
    return checked_letter(letter, [*optional, "in-reply-to", "references"])


def _lines(
    ticket: Ticket, entry: ConversationEntry, files: Sequence[StoredFile], envelope: Envelope
) -> Iterator[str]:
    language = as_language(envelope.language or ticket.language)
    view = ConversationView(ticket, language)
    line = view.line(entry)
    yield conversation_words(
        "added",
        language,
        reference=ticket.reference,
        author=line.author,
        when=format_moment(entry.at, PHRASES[language]),
    )
    for part in filter(None, line.parts):
        yield from ("", escape_hidden_lines(part))
    if len(files) < len(entry.files):
        yield from ("", conversation_words("files_too_large", language))
    if link := staff_link(ticket, envelope):
        yield from ("", f"{conversation_words('whole', language)} {link}")
