"""
Find tickets that may be about the same problem: the same customer, the same site or server,
unsolved.

Two tickets have the same customer if they give the same address, phone number or account. That this
is one person is proven only where the address is confirmed, so only staff see what is concluded
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Select, delete, func, insert, select

from diagnostics import read_target
from intake import database as db
from intake.free_text import read_free_text, target_of
from intake.journey.checklist import Checklist
from intake.journey.draft import Draft, Source
from intake.tickets.conversation import MAX_TEXT, NewEntry
from intake.tickets.conversation_store import add_entry
from intake.tickets.ticket import Contact, Related, Ticket, TicketItem

RELATED_WITHIN: Final = timedelta(days=7)
SAME_CONTACT_AND_TARGET: Final = "same-contact-and-target"
_TARGETS: Final = frozenset({"target", "targets"})
_MAX_KEYS: Final = 20
_MAX_TEXTS_READ: Final = 3  # long texts, in which a site may be named
_MAX_RELATED: Final = 5
_MIN_DIGITS: Final = 7
_LAST_DIGITS: Final = 10  # a number with and without its country's code

_key = db.ticket_keys.c


def hosts_of(texts: Iterable[str]) -> frozenset[str]:
    """
    Return the sites and servers that texts name, normalised for comparison; "www." is
    dropped.
    """
    readings = (read_target(text) for text in texts)
    hosts = (reading.host for reading in readings if reading.host)
    return frozenset(host.casefold().rstrip(".").removeprefix("www.") for host in hosts)


def hosts_of_draft(checklist: Checklist, draft: Draft) -> frozenset[str]:
    """Return the hosts that a draft's answers name."""
    answers = (draft.answers.get(ask.id) for ask in checklist.asks if ask.kind in _TARGETS)
    return hosts_of(text for answer in answers if answer for text in _texts(answer.value))


def hosts_of_ticket(ticket: Ticket) -> frozenset[str]:
    """Return the hosts that a ticket names or measured."""
    named = (text for item in ticket.items if item.kind in _TARGETS for text in _texts(item.answer))
    measured = (diagnosis.target for diagnosis in ticket.diagnoses)
    written = [
        text for item in ticket.items if item.kind == "long-text" for text in _texts(item.answer)
    ]
    readings = (
        (read_free_text(text, now=ticket.created_at), text) for text in written[:_MAX_TEXTS_READ]
    )
    written_targets = (target_of(reading, text) for reading, text in readings)
    return hosts_of((*named, *measured, *filter(None, written_targets)))


def write_keys(connection: Connection, ticket: Ticket) -> None:
    """Store the keys by which a new ticket is found: its contacts and its hosts."""
    keys = [
        *(("contact", db.lookup_hash(key)) for key in _contact_keys(ticket.contact)),
        *(("host", host) for host in hosts_of_ticket(ticket)),
    ]
    rows = [
        {"reference": ticket.reference, "kind": kind, "value": value[:255]}
        for kind, value in sorted(set(keys))[:_MAX_KEYS]
    ]
    if rows:
        connection.execute(insert(db.ticket_keys), rows)


def write_contact_keys(connection: Connection, ticket: Ticket) -> None:
    """Replace the contact keys of a ticket, with the encryption keys that are now in use."""
    connection.execute(
        delete(db.ticket_keys).where(_key.reference == ticket.reference, _key.kind == "contact")
    )
    values = sorted(db.lookup_hash(key)[:255] for key in _contact_keys(ticket.contact))
    if values:
        rows = [{"reference": ticket.reference, "kind": "contact", "value": v} for v in values]
        connection.execute(insert(db.ticket_keys), rows)


def with_related(connection: Connection, ticket: Ticket) -> Ticket:
    """Return a ticket, not stored yet, with the earlier ones that may be about the same problem."""
    contacts = {
        hashed_key for key in _contact_keys(ticket.contact) for hashed_key in db.lookup_hashes(key)
    }
    hosts = hosts_of_ticket(ticket)
    if not contacts or not hosts:
        return ticket
    since = db.stamp(ticket.created_at - RELATED_WITHIN)
    tickets = db.tickets.c
    references = connection.execute(
        select(tickets.reference)
        .where(
            tickets.state != "solved",
            tickets.created_at > since,
            tickets.reference.in_(_references_with_key("contact", contacts)),
            tickets.reference.in_(_references_with_key("host", hosts)),
        )
        .order_by(tickets.created_at.desc())
        .limit(_MAX_RELATED)
    ).scalars()
    related = tuple(
        Related(reference=reference, why=SAME_CONTACT_AND_TARGET) for reference in references
    )
    return ticket.model_copy(update={"related": related}) if related else ticket


def note_related(connection: Connection, ticket: Ticket, now: datetime) -> None:
    """Add the new ticket's answers to each related one, for staff: both texts in one place."""
    for other in ticket.related:
        # Anybody can give anybody's address: a few notes tell staff enough.
        if _related_notes(connection, other.reference) >= _MAX_RELATED:
            continue
        entry = NewEntry(
            author="system",
            kind="related",
            text=answers_in_words(ticket),
            details={"reference": ticket.reference},
            is_internal=True,
            key=f"related-{ticket.reference}",
        )
        add_entry(connection, other.reference, entry, now)


def _related_notes(connection: Connection, reference: str) -> int:
    entries = db.ticket_entries.c
    notes = select(func.count()).where(entries.reference == reference, entries.kind == "related")
    return connection.execute(notes).scalar_one()


def answers_in_words(ticket: Ticket) -> str:
    """Return a ticket's cause and answers, a line each, in its own language."""
    cause = ticket.verdict.title.in_(ticket.language) if ticket.verdict else ""
    lines = (
        f"{item.label.in_(ticket.language)}: {item.display.in_(ticket.language).strip()}"
        for item in ticket.items
        if _is_answered(item)
    )
    return "\n".join(filter(None, (cause, *lines)))[:MAX_TEXT]


def _is_answered(item: TicketItem) -> bool:
    return not (item.is_empty or item.missing or item.source is Source.UNKNOWN)


def _references_with_key(kind: str, values: Iterable[str]) -> Select[str]:
    return select(_key.reference).where(_key.kind == kind, _key.value.in_(sorted(values)))


def _contact_keys(contact: Contact) -> frozenset[str]:
    return frozenset(_keys_of_contact(contact))


def _keys_of_contact(contact: Contact) -> Iterator[str]:
    for text in (contact.email, contact.other, contact.account):
        if text and text.strip():
            yield " ".join(text.casefold().split())
    digits = re.sub(r"\D", "", contact.phone or "")
    if len(digits) >= _MIN_DIGITS:
        yield digits[-_LAST_DIGITS:]


def _texts(value: object) -> Iterator[str]:
    """Yield the texts of an answer: one, or each of a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for text in value if isinstance(text, str))
