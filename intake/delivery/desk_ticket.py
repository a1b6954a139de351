"""A ticket in a desk's own terms: its names for queues, priorities and fields, its text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from diagnostics.texts import Language, as_language, escape_hidden_lines, one_line
from intake.delivery.desk_mapping import FACTS, DeskMapping
from intake.delivery.requester import Requester, requester_of
from intake.tickets.conversation import is_answer
from intake.tickets.diagnosis import addresses_of, case_target
from intake.tickets.render import render
from intake.tickets.render.conversation_view import ConversationView, conversation_words
from intake.tickets.render.formats import format_moment
from intake.tickets.render.words import PHRASES
from intake.tickets.stored_file import StoredFile
from intake.tickets.ticket import ConversationEntry, Ticket

MAX_SUBJECT = 160
_MAX_FIELD = 250  # characters: the width of a text field in most desks' databases


@dataclass(frozen=True, slots=True)
class DeskTicket:
    """What is handed over; `ticket` is the whole ticket, for desks that take it as data."""

    key: str
    reference: str
    subject: str  # begins with the reference in brackets
    text: str
    requester: Requester
    queue: str
    priority: str
    fields: Mapping[str, str]
    files: tuple[StoredFile, ...]
    link: str
    language: Language  # of staff
    ticket: Ticket
    reply_address: str = ""  # where agents' replies come back to; of this ticket alone

    def without_fields(self) -> DeskTicket:
        """Return a copy without the desk's own fields; their facts stand in the text as well."""
        return replace(self, fields={})

    def without_files(self) -> DeskTicket:
        """Return a copy without the files; the text says where they are."""
        note = PHRASES[self.language].files_left_out
        return replace(self, files=(), text=f"{self.text}\n{note}\n") if self.files else self


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """
    An addition to a ticket in words, with its files.

    `is_public`: the customer may read it at the desk. `ticket` is the ticket as it is now;
    `is_whole`: the message repeats all of it. `entry` is the conversation's entry that the message
    is about, or None.
    """

    key: str
    reference: str
    text: str
    at: datetime
    language: Language  # of staff
    ticket: Ticket
    files: tuple[StoredFile, ...] = ()
    is_public: bool = False
    is_whole: bool = False
    entry: ConversationEntry | None = None

    @property
    def mark(self) -> str:
        """The key in brackets, by which this message is found when the ticket is read back."""
        return f"[{self.key}]"

    @property
    def is_answer(self) -> bool:
        """Whether staff wrote it to the customer."""
        return self.entry is not None and is_answer(self.entry)

    @property
    def marked_text(self) -> str:
        """The text with its mark."""
        return f"{self.text.rstrip()}\n\n{self.mark}\n"

    def without_files(self) -> DeskMessage:
        """Return a copy without the files; the text says where they are."""
        if not self.files:
            return self
        note = conversation_words("files_too_large", self.language)
        return replace(self, files=(), text=f"{self.text.rstrip()}\n\n{note}\n")


def compose_desk_ticket(
    ticket: Ticket, files: Sequence[StoredFile], mapping: DeskMapping
) -> DeskTicket:
    """Return the ticket as this desk takes it. A pure function, so each attempt sends the same."""
    language = as_language(mapping.language or ticket.language)
    link = ticket_link(ticket, mapping)
    facts = ticket_facts(ticket, language, link)
    return DeskTicket(
        key=ticket.reference,
        reference=ticket.reference,
        subject=one_line(f"[{ticket.reference}] {ticket.headline.in_(language)}", MAX_SUBJECT),
        text=_text(ticket, language, link),
        requester=requester_of(ticket, mapping),
        queue=mapping.queue(ticket.queue),
        priority=mapping.priority(ticket.priority),
        fields={name: facts[fact] for fact, name in mapping.fields.items() if facts[fact]},
        files=tuple(plain_names(files)),
        link=link,
        language=language,
        ticket=ticket,
        reply_address=mapping.replies.address(ticket.reference) if mapping.replies else "",
    )


def compose_update(ticket: Ticket, about: str, mapping: DeskMapping) -> DeskMessage:
    """Return a message with the whole ticket as it is after a late check."""
    language = as_language(mapping.language or ticket.language)
    text = _text(ticket, language, ticket_link(ticket, mapping))
    return DeskMessage(
        key=f"{ticket.reference}.{about}",
        reference=ticket.reference,
        text=f"{text}\n{PHRASES[language].update_note}\n",
        at=max((event.at for event in ticket.events), default=ticket.created_at),
        language=language,
        ticket=ticket,
        is_whole=True,
    )


def compose_entry(
    ticket: Ticket,
    entry: ConversationEntry,
    files: Sequence[StoredFile],
    mapping: DeskMapping,
    key: str,
) -> DeskMessage:
    """
    Return a message with one entry of the conversation, and what staff need to find its
    ticket.
    """
    return DeskMessage(
        key=key,
        reference=ticket.reference,
        text="\n".join(_entry_lines(ticket, entry, mapping)) + "\n",
        at=entry.at,
        language=as_language(mapping.language or ticket.language),
        ticket=ticket,
        files=tuple(plain_names(files)),
        is_public=not entry.is_internal,
        entry=entry,
    )


def _entry_lines(ticket: Ticket, entry: ConversationEntry, mapping: DeskMapping) -> Iterator[str]:
    language = as_language(mapping.language or ticket.language)
    line = ConversationView(ticket, language).line(entry)
    yield conversation_words(
        "added",
        language,
        reference=ticket.reference,
        author=line.author,
        when=format_moment(entry.at, PHRASES[language]),
    )
    for part in filter(None, line.parts):
        yield from ("", escape_hidden_lines(part))
    if link := ticket_link(ticket, mapping):
        yield from ("", f"{conversation_words('whole', language)} {link}")


def ticket_link(ticket: Ticket, mapping: DeskMapping) -> str:
    """Return the address of our own page of the ticket for staff; "" if our address isn't known."""
    base = mapping.base_url.rstrip("/")
    return f"{base}/staff/tickets/{ticket.reference}" if base else ""


def ticket_facts(ticket: Ticket, language: str, link: str = "") -> Mapping[str, str]:
    """Return each of `FACTS` as one line for a field; "" for an unknown one."""
    verdict = ticket.verdict
    completeness = ticket.completeness
    facts = {
        "reference": ticket.reference,
        "cause": verdict.code if verdict else "",
        "cause-title": verdict.title.in_(language) if verdict else "",
        "target": case_target(ticket),
        "addresses": ", ".join(addresses_of(ticket)),
        "fixer": verdict.fixer if verdict else "",
        "queue": ticket.queue,
        "priority": ticket.priority,
        "checklist": ticket.checklist.id,
        "product": ticket.product.id if ticket.product else "",
        "account": ticket.contact.account or "",
        "name": ticket.contact.name or "",
        "email": ticket.contact.email or "",
        "phone": ticket.contact.phone or "",
        "link": link,
        "complete": f"{completeness.answered}/{completeness.asked}",
    }
    return {name: one_line(facts[name], _MAX_FIELD) for name in FACTS}


def plain_names(files: Sequence[StoredFile]) -> Iterator[StoredFile]:
    """Yield the files under names that every desk takes."""
    for position, file in enumerate(files, start=1):
        yield replace(file, name=ascii_name(file.name, position))


def ascii_name(name: str, position: int) -> str:
    """
    Return a file name that every desk takes: a Cyrillic one made Request Tracker answer 500.

    The customer's own name stands in the ticket's text.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, _, ending = plain.rpartition(".")
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")
    known = re.fullmatch(r"[A-Za-z0-9]{1,8}", ending)
    return f"{position}-{stem[:60] or 'file'}.{ending if known else 'bin'}"


def _text(ticket: Ticket, language: str, link: str) -> str:
    text = render(ticket, "text", language)
    return f"{text}\n{ticket.reference}: {link}\n" if link else text
