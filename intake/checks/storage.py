"""Stores results of checks: in the draft, or in the ticket made from it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from diagnostics import Options, Report
from intake.checks.expected_address import options_of
from intake.checks.view_store import ViewStore
from intake.database import utc_now
from intake.drafts import DraftStore
from intake.journey.draft import CheckRun
from intake.tickets import TicketStore


class CheckStorage:
    """
    Stores checks by the id of their draft; thread-safe.

    `updated` is called when a ticket got a late result, so that its delivery is waiting.
    """

    def __init__(
        self,
        drafts: DraftStore,
        tickets: TicketStore,
        views: ViewStore,
        options: Options,
        *,
        updated: Callable[[], None],
    ) -> None:
        self._drafts, self._tickets, self._updated = drafts, tickets, updated
        self._views, self._options = views, options
        self._lock = threading.Lock()

    def save(self, draft_id: str, run: CheckRun) -> None:
        """
        Store a check's current state.

        Raises:
            StorageError: it could not be stored now.
        """
        # A view that arrives meanwhile must not be lost between reading and writing.
        with self._lock:
            if self._drafts.save_check(draft_id, self._with_views(draft_id, run)):
                return
        # The draft was sent or is gone: add the result to the ticket, if there is one.
        if self._tickets.add_late_check(draft_id, run, utc_now()):
            self._updated()

    def take_views(self, draft_id: str, step: str) -> None:
        """
        Conclude a stored check again, with the views of other vantages.

        Raises:
            StorageError: it could not be stored now.
        """
        with self._lock:
            stored = self._drafts.get(draft_id)
            run = stored.draft.checks.get(step) if stored is not None else None
            if run is not None and run.state == "done":
                self._drafts.save_check(draft_id, self._with_views(draft_id, run))

    def _with_views(self, draft_id: str, run: CheckRun) -> CheckRun:
        if run.state != "done" or run.report is None:
            return run
        views = self._views.observations(draft_id, run.step, run.target)
        if not views:
            return run
        measured = Report.model_validate(run.report)
        # Views of programs from before this measurement don't apply to it. Friends' views are too
        # valuable to drop, and the customer's browser tests again by itself.
        views = tuple(
            view for view in views if not view.is_program or view.started_at >= measured.started_at
        )
        report = measured.with_views(views, options_of(run, self._options))
        return run.model_copy(
            update={"facts": report.facts(), "report": report.model_dump(mode="json")}
        )
