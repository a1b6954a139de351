"""
The entries of a ticket's conversation, and the state of the ticket that follows from them.

| kind | by | what it is |
| --- | --- | --- |
| `line` | customer | words, files, or both |
| `works-again` | customer | the trouble is over |
| `rating` | customer | `details["rating"]`, one of `RATINGS` |
| `again` | customer | what the customer sent about the same problem in another draft or ticket |
| `reply` | staff, desk | an answer |
| `question` | staff, desk | a question that only the customer can answer |
| `state` | staff, desk | `details["state"]` is the ticket's state from now on |
| `note` | staff | for colleagues alone |
| `probed` | staff | the target was measured again (`probe_store`); for staff alone |
| `owner` | staff | `details["owner"]` takes care of the ticket, "" is nobody |
| `joined` | system | it goes on in the ticket `details["reference"]`; for staff alone |
| `related` | system | another ticket may be about the same problem; for staff alone |
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from pydantic import JsonValue

from diagnostics.texts import drop_hidden
from intake.drafts import PreparedFile
from intake.redaction import MaskedSecret, redact
from intake.tickets.ticket import ConversationEntry, Ticket, TicketState

RATINGS: Final = ("good", "fair", "bad")
MAX_TEXT: Final = 10_000  # characters of one entry

EntryAuthor = Literal["customer", "staff", "desk", "system"]
EntryRefusalReason = Literal["empty", "too-long", "too-many", "too-many-files", "too-much"]


class EntryRefused(ValueError):  # noqa: N818  it is refused, not broken
    """
    An entry was refused; `reason` chooses the words for the customer.

    empty: neither words nor files. too-long: over `MAX_TEXT`. too-many: the ticket has as many
    entries as it takes, or got too many in a short time. too-many-files, too-much: with these files
    the ticket would have more files, or more bytes, than it takes.
    """

    def __init__(self, reason: EntryRefusalReason) -> None:
        self.reason: EntryRefusalReason = reason
        super().__init__(f"The entry is refused: {reason}")


@dataclass(frozen=True, slots=True)
class NewEntry:
    """
    An entry to add to a conversation.

    `key` makes adding idempotent: a second entry with the same key, as after a double tap, is
    ignored. `origin_desk` is the desk where the entry was written; it gets no delivery of it.
    `secrets` were masked in `text`.
    """

    author: EntryAuthor
    kind: str
    text: str = ""
    files: Sequence[PreparedFile] = ()
    details: Mapping[str, JsonValue] = field(default_factory=dict)
    author_name: str = ""
    is_internal: bool = False
    origin_desk: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    secrets: tuple[MaskedSecret, ...] = ()


def customer_line(text: str, files: Sequence[PreparedFile] = (), *, key: str = "") -> NewEntry:
    """
    Return an entry with a customer's words, files, or both; secrets in the words are masked.

    Raises:
        EntryRefused: the entry is empty or too long.
    """
    readable = drop_hidden(text, keep_lines=True).strip()
    if not readable and not files:
        raise EntryRefused("empty")
    if len(readable) > MAX_TEXT:
        raise EntryRefused("too-long")
    redaction = redact(readable)
    return NewEntry(
        author="customer",
        kind="line",
        text=redaction.text,
        files=files,
        key=key[:64] or secrets.token_urlsafe(16),
        secrets=redaction.secrets,
    )


def works_again() -> NewEntry:
    """Return the entry by which the customer says that the trouble is over."""
    return NewEntry(author="customer", kind="works-again")


def customer_rating(rating: str) -> NewEntry:
    """
    Return the entry with a customer's rating; a ticket keeps the first one only.

    Raises:
        ValueError: the rating is none of `RATINGS`.
    """
    if rating not in RATINGS:
        raise ValueError(f"A rating is one of {', '.join(RATINGS)}")
    return NewEntry(author="customer", kind="rating", details={"rating": rating}, key="rating")


def state_after(state: TicketState, entry: NewEntry) -> TicketState:
    """Return the ticket's state after an entry. A customer's words reopen a solved ticket."""
    if entry.kind in {"works-again", "joined"}:
        return "solved"
    if entry.kind == "question":
        return "waiting"
    if entry.kind == "state":
        return next(known for known in _STATES if known == entry.details.get("state"))
    if entry.author == "customer" and entry.kind in {"line", "again"}:
        return "open"
    return state


def is_promise_open(ticket: Ticket) -> bool:
    """Check whether the customer still waits for the answer that was promised at sending."""
    return ticket.state == "open" and not any(map(is_answer, ticket.conversation))


def is_answer(entry: ConversationEntry) -> bool:
    """Check whether staff wrote the entry to the customer, who gets it by mail."""
    return entry.author == "staff" and entry.kind in {"reply", "question"}


_STATES: Final[tuple[TicketState, ...]] = get_args(TicketState)
