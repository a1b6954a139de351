"""
Starts diagnoses for drafts, shares them between customers, keeps them within budgets.

Measuring never blocks asking: `ensure` returns at once; results are stored in the draft's checks.
Our own failures are recorded as such and never blamed on the customer.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import structlog
from sqlalchemy import Engine

from diagnostics import (
    Observation,
    ObservationSummary,
    Options,
    Report,
    SentLetter,
    TargetReading,
    read_target,
    summarise,
)
from diagnostics.texts import Language
from intake.checks.expected_address import options_of
from intake.checks.run_pool import CheckBudgets, MeasureElsewhere, RunPool, forget_ended
from intake.checks.shared_run import CheckKind, CheckRequest, SharedRun
from intake.database import StorageError
from intake.journey.draft import CheckRun

log = structlog.get_logger(__name__)

SaveCheck = Callable[[str, CheckRun], None]
CheckMeasured = Callable[[str, CheckRun, Report], None]


@dataclass(frozen=True)
class Progress:
    """A check's progress for the customer: lines in the order of their arrival."""

    lines: tuple[tuple[ObservationSummary, float], ...]  # each with its duration in seconds
    is_running: bool


class CheckService:
    """
    All diagnoses of this process, for drafts.

    `save` stores a check of a draft by the draft's id. In ten minutes `per_client` diagnoses are
    granted to one client address, a dozen of one target to everybody together, and `in_all`
    altogether; a request for a target that is being measured joins that run and uses no budget.
    With
    an `engine` all of this holds for all processes on that database. Over a budget the last result
    is used again, if there is one. A result that can't be stored is tried again after each of
    `save_again_s` seconds. `measured` is called with each stored check and its report, so that
    other vantages can measure the target.
    """

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        save: SaveCheck,
        options: Options,
        *,
        at_once: int,
        budgets: CheckBudgets,
        engine: Engine | None = None,
        save_again_s: Sequence[float] = (2.0, 10.0, 60.0),  # docs/decisions/0023
        measured: CheckMeasured | None = None,
    ) -> None:
        self._save, self._options = save, options
        self._save_again_s, self._measured = save_again_s, measured
        self._runs = RunPool(options, at_once=at_once, budgets=budgets, engine=engine)
        self._lock = threading.Lock()
        self._by_draft: dict[tuple[str, str], SharedRun] = {}

    @property
    def verdicts(self) -> Counter[str]:
        """The number of each verdict in this process; `failed` for our own failures."""
        return self._runs.verdicts

    def ensure(  # noqa: PLR0913 - what one diagnosis for one draft depends on
        self,
        draft_id: str,
        step: str,
        text: str,
        *,
        kind: CheckKind,
        client: str,
        again: bool = False,
        letter: SentLetter | None = None,
        expected: str = "",
    ) -> CheckRun:
        """
        Ensure that a draft's check is measured; return the run to show for now.

        `again` requests a new measurement even if there is a recent one ("check again"). `letter`
        is one that the customer's domain sent. `expected` is the address that the name should
        resolve
        to: it needs no other measurement, and its conclusions are for this draft only.
        """
        reading = self.read(text)
        run = CheckRun(
            step=step,
            target=text,
            expected=expected,
            state="running",
            started_at=datetime.now(UTC),
        )
        if not reading.accepted:
            return self._end(draft_id, run, "failed", why=reading.explain("en"))
        request = CheckRequest(reading.target, kind, letter)
        shared, spent = self._runs.find_or_begin(request, client, again=again)
        if shared is None:
            return self._end(draft_id, run, "failed", why=spent)
        with self._lock:
            self._by_draft[draft_id, step] = shared
            forget_ended(self._by_draft)
        self._save(draft_id, run)
        # Only after "running" is stored, which would overwrite a run that ends at once.
        shared.when_ended(lambda ended: self._record(draft_id, run, ended))
        return run

    def begin(
        self, request: CheckRequest, client: str, *, again: bool = False
    ) -> tuple[SharedRun | None, str]:
        """Return a run without a draft, within the budgets, and the spent budget or ""."""
        return self._runs.find_or_begin(request, client, again=again)

    def complete(
        self, draft_id: str, done: CheckRun, letter: SentLetter, *, client: str
    ) -> SharedRun | None:
        """
        Repeat an ended mail check with what a letter shows; returns at once.

        The old result stays until the new one is there, or for good if there is none. Done once per
        letter in this process. Returns None if it is not measured.
        """
        reading = self.read(done.target)
        if not reading.accepted:
            return None
        key = (draft_id, f"{done.step}/{hash(letter)}")
        request = CheckRequest(reading.target, "mail", letter)
        with self._lock:
            if key in self._by_draft:
                return None
            self._by_draft[key] = SharedRun(request.key)  # nobody else begins it meanwhile
        shared, _ = self._runs.find_or_begin(request, client, again=False)
        with self._lock:
            if shared is None:
                del self._by_draft[key]
                return None
            self._by_draft[key] = shared
            forget_ended(self._by_draft)
        run = done.model_copy(update={"started_at": datetime.now(UTC)})
        shared.when_ended(lambda ended: self._record_completed(draft_id, run, ended))
        return shared

    def measure_in_workers(self, hand_over: MeasureElsewhere) -> None:
        """Let workers of the job queue measure (`RunPool.measure_in_workers`)."""
        self._runs.measure_in_workers(hand_over)

    def measure_claimed(self, request: CheckRequest, claim: str) -> None:
        """
        Measure, as a worker, what a web process has claimed (`RunPool.measure_claimed`).

        Raises:
            StorageError: the database can't be written now.
        """
        self._runs.measure_claimed(request, claim)

    def read(self, text: str) -> TargetReading:
        """Parse typed text as a target, within what the operator allows to be probed."""
        return read_target(text, self._options)

    def is_known(self, draft_id: str, step: str) -> bool:
        """Check whether this process measures, or has just measured, that check."""
        return (draft_id, step) in self._by_draft

    def progress(self, draft_id: str, step: str, language: Language) -> Progress | None:
        """Return a check's progress, or None if this process doesn't know it."""
        shared = self._by_draft.get((draft_id, step))
        if shared is None:
            return None
        lines = tuple(_line(observation, language) for observation in shared.snapshot())
        return Progress(lines, is_running=not shared.ended.is_set())

    def wait(self, draft_id: str, step: str, timeout_s: float) -> bool:
        """Wait until a check has ended; False on timeout or if it is unknown here."""
        shared = self._by_draft.get((draft_id, step))
        return shared.ended.wait(timeout_s) if shared else False

    def stop(self) -> None:
        """Begin nothing more; running diagnoses end by their own deadlines."""
        self._runs.stop()

    def _record(self, draft_id: str, run: CheckRun, shared: SharedRun) -> None:
        if shared.report is None:
            ended = run.model_copy(update={"state": "failed", "why_failed": shared.why_failed})
        else:
            report = shared.report
            if run.expected:
                report = report.with_views((), options_of(run, self._options))
            ended = run.model_copy(
                update={
                    "state": "done",
                    "facts": report.facts(),
                    "report": report.model_dump(mode="json"),
                }
            )
        self._store(draft_id, ended, self._save_again_s)
        if self._measured is not None and shared.report is not None:
            self._notify(self._measured, draft_id, ended, shared.report)

    def _record_completed(self, draft_id: str, run: CheckRun, shared: SharedRun) -> None:
        if shared.report is not None:  # else keep the old result
            self._record(draft_id, run, shared)

    def _notify(
        self, measured: CheckMeasured, draft_id: str, run: CheckRun, report: Report
    ) -> None:
        try:
            measured(draft_id, run, report)
        except Exception:
            log.exception("other vantages can't be asked", step=run.step)

    def _store(self, draft_id: str, run: CheckRun, waits_s: Sequence[float]) -> None:
        """Save a result; if the database is busy or full, try again later."""
        try:
            self._save(draft_id, run)
        except StorageError:
            if not waits_s:
                log.exception("a check could not be stored", draft=draft_id, step=run.step)
                return
            log.warning("a check is stored later", draft=draft_id, step=run.step)
            # A timer, because the pool's threads are needed for diagnoses.
            later = threading.Timer(waits_s[0], self._store, (draft_id, run, waits_s[1:]))
            later.daemon = True
            try:
                later.start()
            except RuntimeError:  # the system has no thread left; a page will measure again
                log.exception("a check could not be stored", draft=draft_id, step=run.step)
        except Exception:
            log.exception("a check could not be stored", draft=draft_id, step=run.step)

    def _end(self, draft_id: str, run: CheckRun, state: Literal["failed"], *, why: str) -> CheckRun:
        ended = run.model_copy(update={"state": state, "why_failed": why})
        self._save(draft_id, ended)
        return ended


def _line(observation: Observation, language: Language) -> tuple[ObservationSummary, float]:
    return summarise(observation, language), observation.duration_s
