"""Read agents' replies and the state of tickets that changed at a desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

import structlog
from sqlalchemy import Engine

from intake.database import Clock
from intake.delivery.desk import Desk, Refused, Unavailable
from intake.delivery.replies.reply import RemoteConversation
from intake.delivery.replies.reply_intake import ReplyIntake
from intake.outbox import DeskChange, DeskChanges, RandomDraw, RemoteState, retry_delay_s
from intake.tickets.conversation_store import ConversationStore
from intake.tickets.store import TicketStore

_MAX_PER_RUN: Final = 10
_GIVE_UP_AFTER: Final = 12  # attempts: some twenty hours

log = structlog.get_logger(__name__)


@runtime_checkable
class ConversationReader(Protocol):
    """A desk whose public replies can be read."""

    def conversation(self, remote_id: str) -> RemoteConversation:
        """
        Return every public reply of an agent, and the ticket's state.

        Raises:
            Refused: there is no such ticket, or it may not be read.
            Unavailable: not now.
        """


class UnreadNotifier(Protocol):
    """Tells the operator that a ticket can't be read at its desk."""

    def __call__(self, desk: str, *, why: str, reference: str) -> None:
        """Notify the operator, once for each cause."""


class ReplyPickup:
    """Reads changed tickets; used by the courier's thread."""

    def __init__(
        self,
        engine: Engine,
        desks: Mapping[str, Desk],
        *,
        clock: Clock,
        pick: RandomDraw,
        notify_unread: UnreadNotifier,
    ) -> None:
        self._changes, self._desks = DeskChanges(engine), desks
        self._clock, self._pick, self._notify_unread = clock, pick, notify_unread
        self._intake = ReplyIntake(engine, TicketStore(engine), ConversationStore(engine))

    def run(self, desks: Collection[str]) -> None:
        """
        Read the changed tickets of these desks that are due; only a few, so that deliveries don't
        wait long.
        """
        for _ in range(_MAX_PER_RUN):
            change = self._changes.due(self._clock(), desks)
            if change is None:
                return
            self._ask(change)

    def next_due(self, desk: str) -> datetime | None:
        """Return when `run` will have something to ask this desk; None if nothing waits."""
        return self._changes.next_due(desk)

    def _ask(self, change: DeskChange) -> None:
        desk = self._desks[change.desk]
        if not isinstance(desk, ConversationReader):
            self._changes.settle(change)
            return
        try:
            conversation = desk.conversation(change.remote_id)
            for reply in conversation.replies:
                self._intake.take(change.desk, reply)
            if conversation.state != "unknown":
                state: RemoteState = "solved" if conversation.state == "solved" else "open"
                self._intake.take_state(change.desk, change.reference, change.remote_id, state)
        except Refused as refusal:
            log.warning("desk_reply_unread", reference=change.reference, why=str(refusal))
            self._notify_unread(change.desk, why=str(refusal), reference=change.reference)
        except Unavailable as trouble:
            if trouble.needs_operator:
                self._notify_unread(change.desk, why=str(trouble), reference=change.reference)
            self._postpone(change, str(trouble), trouble.retry_after_s)
            return
        except Exception as error:
            # A bug of ours with one answer must not stop deliveries.
            log.exception("desk_reply_failed", reference=change.reference, desk=change.desk)
            self._postpone(change, type(error).__name__, None)
            return
        self._changes.settle(change)

    def _postpone(self, change: DeskChange, why: str, delay_s: float | None) -> None:
        if change.attempts >= _GIVE_UP_AFTER:
            log.error("desk_reply_given_up", reference=change.reference, why=why)
            self._notify_unread(change.desk, why=why, reference=change.reference)
            self._changes.settle(change)
            return
        wait_s = retry_delay_s(change.attempts, pick=self._pick) if delay_s is None else delay_s
        log.warning("desk_reply_waits", reference=change.reference, desk=change.desk, why=why)
        # At least a second: a random delay of zero would ask an unreachable desk in a tight loop.
        until = self._clock() + timedelta(seconds=max(wait_s, 1.0))
        self._changes.postpone(change, until)
        # The desk's other changes would fail alike, each after a timeout.
        self._changes.hold(change.desk, until)
