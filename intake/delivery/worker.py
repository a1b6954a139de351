"""
The thread that carries the tickets.

It never polls: it sleeps until somebody wakes it, or the next attempt is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Engine

from intake.database import Clock, StorageError, utc_now
from intake.delivery.courier import Attempt, Courier
from intake.delivery.desk import Desk
from intake.delivery.operator_mail import OperatorMail
from intake.outbox import RandomDraw, uniform

LONGEST_SLEEP_S = 300.0  # a clock that jumps, or another process's row, is noticed after this
STOP_WITHIN_S = 5.0  # of the ten seconds that a supervisor usually waits

log = structlog.get_logger(__name__)


class DeliveryWorker:
    """A thread that delivers whatever is due, for as long as the process lives."""

    def __init__(
        self,
        engine: Engine,
        desks: Sequence[Desk],
        *,
        clock: Clock = utc_now,
        pick: RandomDraw = uniform,
        operator: OperatorMail | None = None,
    ) -> None:
        self.desks = tuple(desks)
        self._courier = Courier(engine, desks, clock=clock, pick=pick, operator=operator)
        self._clock = clock
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._wake_elsewhere: Callable[[], None] | None = None

    def carried_elsewhere(self, wake: Callable[[], None]) -> None:
        """Another process delivers, and is woken by `wake`; no thread is started here."""
        self._wake_elsewhere = wake

    def start(self) -> None:
        """Begin; does nothing without desks, when it runs already, or runs elsewhere."""
        if self._thread is not None or not self.desks or self._wake_elsewhere is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether somebody delivers, as long as there are desks and it was started."""
        thread = self._thread
        return thread is None or thread.is_alive()

    def wake(self) -> None:
        """A ticket was sent: look now."""
        if self._wake_elsewhere is not None:
            self._wake_elsewhere()
        self._bell.set()

    def stop(self, within_s: float = STOP_WITHIN_S) -> bool:
        """
        Finish the delivery in hand, begin no other; True when the thread has ended in time.

        Rows are leased one at a time, so nothing else is held. A delivery that hangs longer is
        handed back: whoever delivers next takes it up within seconds, as after a kill.
        """
        self._stopping.set()
        self._bell.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        thread.join(within_s)
        if not thread.is_alive():
            return True
        self.hand_back()
        return False

    def hand_back(self) -> None:
        """This process ends soon: the delivery in hand is due again right after."""
        try:
            self._courier.hand_back()
        except StorageError:
            log.warning("a delivery is handed back by its lease's end")

    def deliver_due(self, *, should_stop: Callable[[], bool]) -> int:
        """
        Deliver in the caller's thread what is due now; how many attempts were made.

        `should_stop` is asked between two rows, when no lease is held.
        """
        count = 0
        for _ in self._courier.run():
            count += 1
            if should_stop():
                break
        return count

    def deliver_now(self) -> list[Attempt]:
        """
        One pass over everything that waits, in the caller's thread, for the command line.

        Rows that wait for a later moment are tried as well; a desk that is away ends its own turn.
        """
        self._courier.try_now()
        return list(self._courier.run())

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before the pass: a ticket that is sent during it rings again, and the wait
            # below returns at once.
            self._bell.clear()
            try:
                for _ in self._courier.run():
                    # Between two rows no lease is held.
                    if self._stopping.is_set():
                        return
                pause_s = self._sleep_s()
            except Exception:
                log.exception("delivery_worker_failed")
                # The database may be away for a while: tried again, but not in a tight loop.
                pause_s = LONGEST_SLEEP_S / 10
            self._bell.wait(pause_s)

    def _sleep_s(self) -> float:
        due = self._courier.next_due()
        if due is None:
            return LONGEST_SLEEP_S
        return min(max((due - self._clock()).total_seconds(), 0.0), LONGEST_SLEEP_S)
