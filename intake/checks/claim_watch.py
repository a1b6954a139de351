"""Renews this process's claims, and waits for diagnoses of other processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from intake.checks.claims import LEASE_MS, ClaimedRun, DiagnosisClaims
from intake.checks.shared_run import CheckRequest, SharedRun
from intake.database import StorageError

log = structlog.get_logger(__name__)

_LOOK_EVERY_S: Final = 0.25
_RENEW_EVERY_S: Final = LEASE_MS / 1000 / 3

Followed = tuple[CheckRequest, SharedRun]


class ClaimWatch:
    """
    A thread that lives while there is something to renew or to wait for.

    `take_over` is called with a run whose process has died.
    """

    def __init__(
        self, claims: DiagnosisClaims, take_over: Callable[[CheckRequest, SharedRun], None]
    ) -> None:
        self._claims, self._take_over = claims, take_over
        self._news = threading.Condition()
        self._held: set[str] = set()
        self._followed: list[Followed] = []
        self._thread: threading.Thread | None = None
        self._is_stopped = False

    def hold(self, claim: str) -> None:
        """Renew this claim from now on."""
        with self._news:
            self._held.add(claim)
            self._wake()

    def drop(self, claim: str) -> None:
        """Stop renewing the claim: its diagnosis has ended."""
        with self._news:
            self._held.discard(claim)

    def follow(self, request: CheckRequest, shared: SharedRun) -> None:
        """Finish this run when it ends in the process that measures."""
        with self._news:
            self._followed.append((request, shared))
            self._wake()

    def stop(self) -> None:
        """Release all held claims, so that another process measures them."""
        with self._news:
            self._is_stopped, held, self._held = True, self._held, set()
            self._news.notify_all()
        if held:
            try:
                self._claims.release(held)
            except StorageError:
                log.warning("claims are given back by their leases' end")

    def _wake(self) -> None:
        if self._thread is None and not self._is_stopped:
            thread = threading.Thread(target=self._run, name="check-claims", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # The system has no thread left; the next `hold` or `follow` tries again.
                log.warning("diagnoses of other processes wait for a thread")
                return
            self._thread = thread
        self._news.notify_all()

    def _run(self) -> None:
        renew_at = time.monotonic() + _RENEW_EVERY_S
        while True:
            with self._news:
                if self._is_stopped or not (self._held or self._followed):
                    self._thread = None
                    return
                pause_s = _LOOK_EVERY_S if self._followed else renew_at - time.monotonic()
                self._news.wait(max(0.0, pause_s))
                held, followed = frozenset(self._held), tuple(self._followed)
            try:
                if time.monotonic() >= renew_at:
                    renew_at = time.monotonic() + _RENEW_EVERY_S
                    if held:
                        self._claims.renew(held)
                self._poll(followed)
            except StorageError:
                log.warning("diagnoses of other processes can't be read now")
            except Exception:
                # The outermost level of the thread: followed runs must not wait for ever.
                log.exception("diagnoses of other processes can't be read")
                self._give_up(followed)

    def _poll(self, followed: tuple[Followed, ...]) -> None:
        if not followed:
            return
        runs = self._claims.progress_of({request.key for request, _ in followed})
        for request, shared in followed:
            run = runs.get(request.key)
            if run is not None and not run.has_ended and not run.is_dead:
                continue
            with self._news:
                self._followed.remove((request, shared))
            if run is None or not run.has_ended:
                self._take_over(request, shared)
            else:
                adopt(shared, run)

    def _give_up(self, followed: tuple[Followed, ...]) -> None:
        with self._news:
            self._followed = [pair for pair in self._followed if pair not in followed]
        for _, shared in followed:
            shared.finish(None, "the result of another process can't be read")


def adopt(shared: SharedRun, run: ClaimedRun) -> None:
    """Finish a run with the result of another process."""
    shared.started = time.monotonic() - run.age_s
    if run.report is not None:
        for observation in run.report.observations:
            shared.add(observation)
    shared.finish(run.report, "" if run.report is not None else run.why_failed or "failed")
