"""
What a desk is to us: something that takes a ticket, or says why it doesn't.

One interface for all of them: e-mail, a webhook, a helpdesk or a billing panel with an API. A desk
knows its own calls; what must happen once, in which order, and what to do after an unclear answer
is `intake.delivery.handover`.
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
    The desk has it. `remote_id` is its name there.

    `without_files`: the desk took the ticket and not the files, which stay with us.
    `is_silent`: nothing went out, for this desk has no use for it.
    """

    remote_id: str
    without_files: bool = False
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """
    What a desk dropped in silence: it was sent, and wasn't there when the ticket was read back.

    `name` is the field's or the file's; `actual` what stands in its place, empty for nothing.
    """

    kind: LossKind
    name: str = ""
    sent: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    What a desk can do, for the hand-over to choose a safe way.

    `finds`: it can be asked whether it has a reference. `search_lag_s`: for so long something that
    was created may be missing from the answer, so nothing is created again before. `repeat`: what
    becomes of a second `create` with the same key where it can't be asked: the desk knows it as
    the same ("known"), makes another that a person joins ("joined"), or a duplicate that must not
    be ("never": then a person is asked). `attaches_later`: files go to a ticket that exists.
    `appends`: it takes messages to a ticket that is there; `appends_files`: with files.
    `only_answers`: of them only what staff wrote to the customer.
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
    Not now. The ticket stays in the outbox.

    `retry_after_s`: the desk said when. `whole_desk`: it would be the same for every ticket (no
    connection, no login), so the others needn't try. `is_uncertain`: the desk may have taken it,
    the line was lost before its answer. `needs_operator`: waiting alone won't mend it (a password,
    a right, a block list). `is_answered`: the desk said so itself; else nothing came. `russian`:
    the same in Russian, where it is the operator's to mend and a command tells it.
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

    `name` stands in the outbox's rows, so it never changes while any wait. Every method may raise
    `Refused` (never) and `Unavailable` (not now).
    """

    @property
    def name(self) -> str:
        """What staff and the outbox call it."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    @property
    def mapping(self) -> DeskMapping:
        """Its names for our queues, priorities and facts."""

    def find(self, reference: str) -> str | None:
        """The id there of the ticket whose reference was read back and is exactly this one."""

    def create(self, ticket: DeskTicket) -> Receipt:
        """Hand over a ticket; its `key` is the same at every attempt."""

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Add files to a ticket that is there."""

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add what came after the ticket; its `key` is the same at every attempt."""

    def has_message(self, remote_id: str, key: str) -> bool:
        """Whether a message of this key is there; False where the desk can't tell."""

    def verify(self, remote_id: str, ticket: DeskTicket) -> tuple[Loss, ...]:
        """Read the ticket back; what differs from what was sent."""

    def state(self, remote_id: str) -> DeskState:
        """How far staff are with it."""

    def url(self, remote_id: str) -> str:
        """The address where staff read it there; empty where it has none."""

    def close(self, remote_id: str) -> None:
        """Solve it: what the test ticket of `intake desks check` ends with."""
