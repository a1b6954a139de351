"""
The thread that delivers tickets.

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

MAX_SLEEP_S = 300.0  # a clock that jumps, or another process's row, is noticed after this
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
        self._wake_event = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._wake_elsewhere: Callable[[], None] | None = None

    def delegate(self, wake: Callable[[], None]) -> None:
        """Leave delivering to another process, which `wake` wakes; no thread is started here."""
        self._wake_elsewhere = wake

    def start(self) -> None:
        """
        Start the thread, unless there are no desks, it runs already, or another process
        delivers.
        """
        if self._thread is not None or not self.desks or self._wake_elsewhere is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs, or was never started."""
        thread = self._thread
        return thread is None or thread.is_alive()

    def wake(self) -> None:
        """Look for due deliveries now, because a ticket was sent."""
        if self._wake_elsewhere is not None:
            self._wake_elsewhere()
        self._wake_event.set()

    def stop(self, within_s: float = STOP_WITHIN_S) -> bool:
        """
        Finish the current delivery and begin no other. Returns whether the thread ended in time.

        Rows are leased one at a time, so no other is held. A delivery that takes longer is handed
        back: the next worker takes it up within seconds, as after a kill.
        """
        self._stopping.set()
        self._wake_event.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        thread.join(within_s)
        if not thread.is_alive():
            return True
        self.hand_back()
        return False

    def hand_back(self) -> None:
        """Let the current delivery be due again soon, because this process ends."""
        try:
            self._courier.hand_back()
        except StorageError:
            log.warning("a delivery is handed back by its lease's end")

    def deliver_due(self, *, should_stop: Callable[[], bool]) -> int:
        """
        Deliver what is due now in the caller's thread, and return the number of attempts.

        `should_stop` is called between two rows, when no lease is held.
        """
        count = 0
        for _ in self._courier.run():
            count += 1
            if should_stop():
                break
        return count

    def deliver_now(self) -> list[Attempt]:
        """
        Try everything that waits, once, in the caller's thread, for the command line.

        Rows that wait for a later time are tried as well; an unreachable desk ends its own turn.
        """
        self._courier.try_now()
        return list(self._courier.run())

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before the pass: a ticket that is sent during it sets the event again, and the
            # wait below returns at once.
            self._wake_event.clear()
            try:
                for _ in self._courier.run():
                    # Between two rows no lease is held.
                    if self._stopping.is_set():
                        return
                pause_s = self._sleep_s()
            except Exception:
                log.exception("delivery_worker_failed")
                # The database may be down for a while: try again, but not in a tight loop.
                pause_s = MAX_SLEEP_S / 10
            self._wake_event.wait(pause_s)

    def _sleep_s(self) -> float:
        due = self._courier.next_due()
        if due is None:
            return MAX_SLEEP_S
        return min(max((due - self._clock()).total_seconds(), 0.0), MAX_SLEEP_S)
