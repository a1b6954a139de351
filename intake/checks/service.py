"""
Starts diagnoses for drafts, shares them between customers, keeps them within budgets.

Measuring never blocks asking: `ensure` returns at once; results land in the draft's checks.
A failure of ours is recorded as such and never called the customer's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from diagnostics import (
    Line,
    Observation,
    Options,
    Target,
    TargetReading,
    diagnose,
    read_target,
    summarise,
)
from intake.checks.flight import Flight, FlightKey
from intake.journey.draft import CheckRun

log = structlog.get_logger(__name__)

Kind = Literal["site", "server", "mail"]
SaveCheck = Callable[[str, CheckRun], None]
_KEPT_FLIGHTS = 500
_TARGET_BUDGET = RateLimitItemPerMinute(12, 10)  # whoever asks: we are no stresser


@dataclass(frozen=True)
class Progress:
    """A check as a customer sees it: lines in the order in which they landed."""

    lines: tuple[tuple[Line, float], ...]  # with seconds each took
    is_running: bool


class CheckService:
    """
    All diagnoses of this process.

    `save` stores a check of a draft by the draft's id. `per_client` diagnoses in ten minutes are
    granted to one client address, and a dozen of one target to everybody together; who asks for a
    target that is being measured joins that run and spends nothing. Over a budget the last result
    serves once more, if there is one.
    """

    def __init__(self, save: SaveCheck, options: Options, *, at_once: int, per_client: int) -> None:
        self._save, self._options = save, options
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="check")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._budget = RateLimitItemPerMinute(per_client, 10)
        self._lock = threading.Lock()
        self._by_target: dict[FlightKey, Flight] = {}
        self._by_draft: dict[tuple[str, str], Flight] = {}

    def ensure(  # noqa: PLR0913 - what one diagnosis for one draft depends on
        self, draft_id: str, step: str, text: str, *, kind: Kind, client: str, again: bool = False
    ) -> CheckRun:
        """
        See to it that a draft's check is measured; return what to show for now.

        `again` asks for a new measurement even where a young one exists ("check again").
        """
        reading = self.read(text)
        run = CheckRun(step=step, target=text, state="running", started_at=datetime.now(UTC))
        if not reading.accepted:
            return self._end(draft_id, run, "failed", why=reading.explain("en"))
        with self._lock:
            flight = self._join(_key(reading.target, kind), again=again)
            if flight is None and (spent := self._spent(reading.target, client)):
                flight = self._by_target.get(_key(reading.target, kind))
                if flight is None or flight.why_failed:
                    return self._end(draft_id, run, "failed", why=spent)
            if flight is None:
                flight = self._depart(reading.target, kind)
            self._by_draft[draft_id, step] = flight
            self._forget_landed()
        self._save(draft_id, run)
        flight.tell(lambda landed: self._record(draft_id, run, landed))
        return run

    def read(self, text: str) -> TargetReading:
        """Read what somebody typed as a target, within what the operator lets be probed."""
        return read_target(text, self._options)

    def is_known(self, draft_id: str, step: str) -> bool:
        """Whether this process measures, or has just measured, that check."""
        return (draft_id, step) in self._by_draft

    def progress(self, draft_id: str, step: str, language: Literal["en", "ru"]) -> Progress | None:
        """How far a check is; None where this process knows nothing of it."""
        flight = self._by_draft.get((draft_id, step))
        if flight is None:
            return None
        lines = tuple(_line(observation, language) for observation in flight.snapshot())
        return Progress(lines, is_running=not flight.landed.is_set())

    def wait(self, draft_id: str, step: str, timeout_s: float) -> bool:
        """Wait until a check has landed; False if it has not in time or is unknown here."""
        flight = self._by_draft.get((draft_id, step))
        return flight.landed.wait(timeout_s) if flight else False

    def stop(self) -> None:
        """Take no more; what runs ends by its own deadline."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _join(self, key: FlightKey, *, again: bool) -> Flight | None:
        flight = self._by_target.get(key)
        if flight is None or (flight.landed.is_set() and (again or not flight.is_fresh())):
            return None
        return flight

    def _spent(self, target: Target, client: str) -> str:
        """Which budget has nothing left for one more diagnosis; empty when it is granted."""
        if not self._limiter.hit(_TARGET_BUDGET, "target", target.host):
            return "budget of this target is spent"
        if not self._limiter.hit(self._budget, "client", client or "unknown"):
            return "budget of this client is spent"
        return ""

    def _depart(self, target: Target, kind: Kind) -> Flight:
        flight = Flight(_key(target, kind))
        self._by_target[flight.key] = flight
        self._pool.submit(self._fly, flight, target, kind)
        return flight

    def _fly(self, flight: Flight, target: Target, kind: Kind) -> None:
        try:
            run = diagnose(target, kind=kind, options=self._options)
            for observation in run:
                flight.add(observation)
            flight.land(run.report)
        except Exception as error:
            log.exception("check failed on our side", host=target.host)
            flight.land(None, f"{type(error).__name__}: {error}"[:200])

    def _record(self, draft_id: str, run: CheckRun, flight: Flight) -> None:
        try:
            if flight.report is None:
                self._end(draft_id, run, "failed", why=flight.why_failed)
            else:
                report = flight.report
                done = run.model_copy(
                    update={
                        "state": "done",
                        "facts": report.facts(),
                        "report": report.model_dump(mode="json"),
                    }
                )
                self._save(draft_id, done)
        except Exception:
            log.exception("a check could not be stored", draft=draft_id, step=run.step)

    def _end(self, draft_id: str, run: CheckRun, state: Literal["failed"], *, why: str) -> CheckRun:
        ended = run.model_copy(update={"state": state, "why_failed": why})
        self._save(draft_id, ended)
        return ended

    def _forget_landed(self) -> None:
        """Keep the tables small: the landed and stale go first, oldest first."""
        for table in (self._by_target, self._by_draft):
            if len(table) <= _KEPT_FLIGHTS:
                continue
            stale = [key for key, one in table.items() if one.landed.is_set()]
            for key in stale[: len(table) - _KEPT_FLIGHTS]:
                del table[key]  # type: ignore[arg-type]


def _key(target: Target, kind: Kind) -> FlightKey:
    return FlightKey(kind, target.scheme, target.host, target.port, target.path)


def _line(observation: Observation, language: Literal["en", "ru"]) -> tuple[Line, float]:
    return summarise(observation, language), observation.duration_s
