"""What a desk is to us: something that takes a ticket, or says why it doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from intake.tickets.store import StoredFile
from intake.tickets.ticket import ConversationEntry, Ticket


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    The desk has it. `remote_id` is its name there.

    `without_files`: the desk took the ticket and not the files, which stay with us.
    """

    remote_id: str
    without_files: bool = False


class Refused(Exception):  # noqa: N818  an answer of the desk's, not a fault of ours
    """The desk won't take this ticket, now or later: a person must look at it."""


class Unavailable(Exception):  # noqa: N818  see Refused
    """
    Not now. The ticket stays in the outbox.

    `retry_after_s`: the desk said when. `whole_desk`: it would be the same for every ticket (no
    connection, no login), so the others needn't try. `is_uncertain`: the desk may have taken it,
    the line was lost before its answer; the next attempt says the same key again.
    """

    def __init__(
        self,
        why: str,
        *,
        retry_after_s: float | None = None,
        whole_desk: bool = False,
        is_uncertain: bool = False,
    ) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s
        self.whole_desk = whole_desk
        self.is_uncertain = is_uncertain


class Desk(Protocol):
    """
    A helpdesk that takes tickets.

    `name` stands in the outbox's rows, so it never changes while any wait.
    """

    @property
    def name(self) -> str:
        """What staff and the outbox call it."""

    def deliver(self, ticket: Ticket, attachments: Sequence[StoredFile], key: str) -> Receipt:
        """
        Hand over a ticket; `key` is the same at every attempt, for the desk to know a repeat.

        Raises:
            Refused: it never will take this one.
            Unavailable: not now.
        """

    def append(
        self,
        ticket: Ticket,
        entry: ConversationEntry,
        files: Sequence[StoredFile],
        key: str,
    ) -> Receipt:
        """
        Hand over one entry of the ticket's conversation, and nothing else of it.

        `ticket` is what `deliver` handed over, and `files` are the entry's. `key` is the same at
        every attempt, and another for each entry. Entries of a ticket come in their order.

        Raises:
            Refused: it never will take this one.
            Unavailable: not now.
        """

    def update(self, ticket: Ticket, key: str) -> Receipt:
        """
        Hand over the ticket once more after a late check, as a follow-up to `deliver`.

        `key` is the same at every attempt, and another for each update.

        Raises:
            Refused: it never will take this one.
            Unavailable: not now.
        """
