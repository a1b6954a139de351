"""
The interface of a desk, which takes a ticket or says why it doesn't.

One interface for all of them: e-mail, a webhook, a helpdesk or a billing panel with an API. A desk
makes its own calls; what must happen once, in which order, and after an unclear answer is decided
by `intake.delivery.handover`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from intake.delivery.desk_mapping import DeskMapping
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.tickets.stored_file import StoredFile

DeskState = Literal["open", "waiting", "solved", "unknown"]
LossKind = Literal[
    "reference", "subject", "requester", "queue", "priority", "field", "file", "text", "unread"
]


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    The desk has the ticket or message; `remote_id` is the ticket's id there.

    `without_files`: the desk took the ticket but not the files, which stay with us. `is_silent`:
    nothing was sent, because this desk has no use for it.
    """

    remote_id: str
    without_files: bool = False
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """
    Something that a desk dropped silently: it was sent, and missing when the ticket was read back.

    `name` is the field's or the file's name; `actual` is what the desk has instead, "" for nothing.
    """

    kind: LossKind
    name: str = ""
    sent: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    What a desk can do, from which the hand-over chooses a safe way.

    `finds`: it can be searched for a reference. `search_lag_s`: for so many seconds a search may
    miss a new ticket, so nothing is created again before. `repeat`: the effect of a second `create`
    with the same key, for a desk that can't be searched: the desk recognises it ("known"), makes
    another that a person joins ("joined"), or makes a duplicate that must not happen, so a person
    is asked first ("never"). `attaches_later`: files are added to an existing ticket. `appends`: it
    takes messages for an existing ticket; `appends_files`: with files. `only_answers`: of these
    only what staff wrote to the customer.
    """

    finds: bool = True
    search_lag_s: float = 660.0  # ten minutes were seen, and a little
    repeat: Literal["known", "joined", "never"] = "never"
    attaches_later: bool = False
    takes_files: bool = True
    appends: bool = True
    appends_files: bool = True
    only_answers: bool = False


class Refused(Exception):  # noqa: N818  an answer of the desk's, not a fault of ours
    """The desk won't take this ticket, now or later: a person must look at it."""


class Unavailable(Exception):  # noqa: N818  see Refused
    """
    The desk can't take the ticket now; it stays in the outbox.

    `retry_after_s`: when the desk said to come back. `whole_desk`: every ticket would fail alike
    (no connection, no login), so the others needn't try. `is_uncertain`: the desk may have taken
    it, but the connection was lost before its answer. `needs_operator`: waiting alone won't help (a
    password, a permission, a block list). `is_answered`: the desk itself answered this. `russian`:
    the message in Russian, for the operator's commands.
    """

    def __init__(  # noqa: PLR0913  each says how to go on
        self,
        why: str,
        *,
        retry_after_s: float | None = None,
        whole_desk: bool = False,
        is_uncertain: bool = False,
        needs_operator: bool = False,
        is_answered: bool = False,
        russian: str = "",
    ) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s
        self.whole_desk = whole_desk
        self.is_uncertain = is_uncertain
        self.needs_operator = needs_operator
        self.is_answered = is_answered
        self.russian = russian or why


class Desk(Protocol):
    """
    A helpdesk that takes tickets.

    `name` is stored in the outbox's rows, so it must not change while any wait. Every method may
    raise `Refused` (never) and `Unavailable` (not now).
    """

    @property
    def name(self) -> str:
        """The name of the desk for staff and in the outbox."""

    @property
    def capabilities(self) -> Capabilities:
        """What the desk can do."""

    @property
    def mapping(self) -> DeskMapping:
        """The desk's names for our queues, priorities and facts."""

    def find(self, reference: str) -> str | None:
        """Return the desk's id of the ticket with exactly this reference; None if there is none."""

    def create(self, ticket: DeskTicket) -> Receipt:
        """Hand over a ticket; its `key` is the same at every attempt."""

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Add files to an existing ticket."""

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add a message to an existing ticket; its `key` is the same at every attempt."""

    def has_message(self, remote_id: str, key: str) -> bool:
        """Check whether the ticket has a message with this key; False if the desk can't tell."""

    def verify(self, remote_id: str, ticket: DeskTicket) -> tuple[Loss, ...]:
        """Read the ticket back, and return what differs from what was sent."""

    def state(self, remote_id: str) -> DeskState:
        """Return how far staff are with the ticket."""

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket for staff; "" if it has none."""

    def close(self, remote_id: str) -> None:
        """Mark the ticket as solved; the test ticket of `intake desks check` ends with this."""
