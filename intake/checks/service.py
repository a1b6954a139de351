"""
Starts diagnoses for drafts, shares them between customers, keeps them within budgets.

Measuring never blocks asking: `ensure` returns at once; results are stored in the draft's checks.
A failure of ours is recorded as such and never called the customer's.
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
    """A check as a customer sees it: lines in the order in which they arrived."""

    lines: tuple[tuple[ObservationSummary, float], ...]  # with seconds each took
    is_running: bool


class CheckService:
    """
    All diagnoses of this process, on behalf of drafts.

    `save` stores a check of a draft by the draft's id. `per_client` diagnoses in ten minutes are
    granted to one client address, a dozen of one target to everybody together, and `in_all`
    altogether; who asks for a target that is being measured joins that run and spends nothing. With
    an `engine` all of this holds for all processes on that database. Over a budget the last result
    serves once more, if there is one. A result that can't be stored is tried again after each of
    `save_again_s` seconds. `measured` is told of each stored check with its report, for whoever
    else may look at that target.
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
        """How often this process has come to each verdict; `failed` on our side too."""
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
        See to it that a draft's check is measured; return what to show for now.

        `again` asks for a new measurement even where a young one exists ("check again"). `letter`
        is one that the customer's domain sent. `expected` is the address that the name should lead
        to: nothing more is measured for it, and what follows is this draft's alone.
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
        asked = CheckRequest(reading.target, kind, letter)
        shared, spent = self._runs.find_or_begin(asked, client, again=again)
        if shared is None:
            return self._end(draft_id, run, "failed", why=spent)
        with self._lock:
            self._by_draft[draft_id, step] = shared
            forget_ended(self._by_draft)
        self._save(draft_id, run)
        # Only after "running" is stored: a run that ends at once would be overwritten by it.
        shared.when_ended(lambda ended: self._record(draft_id, run, ended))
        return run

    def begin(
        self, asked: CheckRequest, client: str, *, again: bool = False
    ) -> tuple[SharedRun | None, str]:
        """A run for whoever has no draft, within the budgets, and which of them is spent."""
        return self._runs.find_or_begin(asked, client, again=again)

    def complete(
        self, draft_id: str, done: CheckRun, letter: SentLetter, *, client: str
    ) -> SharedRun | None:
        """
        Measure the mail of a check that has ended once more, with what a letter shows.

        Returns at once, and what is known stays until the result is there; without one it stays
        for good. Once for each letter in this process. None where it is not measured.
        """
        reading = self.read(done.target)
        if not reading.accepted:
            return None
        key = (draft_id, f"{done.step}/{hash(letter)}")
        asked = CheckRequest(reading.target, "mail", letter)
        with self._lock:
            if key in self._by_draft:
                return None
            self._by_draft[key] = SharedRun(asked.key)  # nobody else begins it meanwhile
        shared, _ = self._runs.find_or_begin(asked, client, again=False)
        with self._lock:
            if shared is None:
                del self._by_draft[key]
                return None
            self._by_draft[key] = shared
            forget_ended(self._by_draft)
        run = done.model_copy(update={"started_at": datetime.now(UTC)})
        shared.when_ended(lambda ended: self._record_completed(draft_id, run, ended))
        return shared

    def measured_elsewhere(self, hand_over: MeasureElsewhere) -> None:
        """Workers of the job queue measure (`RunPool.measured_elsewhere`)."""
        self._runs.measured_elsewhere(hand_over)

    def measure_claimed(self, asked: CheckRequest, claim: str) -> None:
        """
        As a worker: measure what a web process has claimed (`RunPool.measure_claimed`).

        Raises:
            StorageError: the database can't be written now.
        """
        self._runs.measure_claimed(asked, claim)

    def read(self, text: str) -> TargetReading:
        """Read what somebody typed as a target, within what the operator lets be probed."""
        return read_target(text, self._options)

    def is_known(self, draft_id: str, step: str) -> bool:
        """Whether this process measures, or has just measured, that check."""
        return (draft_id, step) in self._by_draft

    def progress(self, draft_id: str, step: str, language: Language) -> Progress | None:
        """How far a check is; None where this process knows nothing of it."""
        shared = self._by_draft.get((draft_id, step))
        if shared is None:
            return None
        lines = tuple(_line(observation, language) for observation in shared.snapshot())
        return Progress(lines, is_running=not shared.ended.is_set())

    def wait(self, draft_id: str, step: str, timeout_s: float) -> bool:
        """Wait until a check has ended; False if it has not in time or is unknown here."""
        shared = self._by_draft.get((draft_id, step))
        return shared.ended.wait(timeout_s) if shared else False

    def stop(self) -> None:
        """Take no more; what runs ends by its own deadline."""
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
            self._tell(self._measured, draft_id, ended, shared.report)

    def _record_completed(self, draft_id: str, run: CheckRun, shared: SharedRun) -> None:
        if shared.report is not None:  # else what is known stays
            self._record(draft_id, run, shared)

    def _tell(self, measured: CheckMeasured, draft_id: str, run: CheckRun, report: Report) -> None:
        try:
            measured(draft_id, run, report)
        except Exception:
            log.exception("other vantages can't be asked", step=run.step)

    def _store(self, draft_id: str, run: CheckRun, waits_s: Sequence[float]) -> None:
        """Save what was measured; a database that is busy or full is tried again later."""
        try:
            self._save(draft_id, run)
        except StorageError:
            if not waits_s:
                log.exception("a check could not be stored", draft=draft_id, step=run.step)
                return
            log.warning("a check is stored later", draft=draft_id, step=run.step)
            # A timer of its own: a thread of the pool is wanted for the next diagnosis.
            later = threading.Timer(waits_s[0], self._store, (draft_id, run, waits_s[1:]))
            later.daemon = True
            try:
                later.start()
            except RuntimeError:  # the system has no thread left; a page measures it anew
                log.exception("a check could not be stored", draft=draft_id, step=run.step)
        except Exception:
            log.exception("a check could not be stored", draft=draft_id, step=run.step)

    def _end(self, draft_id: str, run: CheckRun, state: Literal["failed"], *, why: str) -> CheckRun:
        ended = run.model_copy(update={"state": state, "why_failed": why})
        self._save(draft_id, ended)
        return ended


def _line(observation: Observation, language: Language) -> tuple[ObservationSummary, float]:
    return summarise(observation, language), observation.duration_s
