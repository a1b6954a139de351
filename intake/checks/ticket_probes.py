"""
Repeats a ticket's measurement for staff; the original is kept beside the new one.

The same targets are refused and the same budgets used as for customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, cast, get_args

import structlog

from diagnostics import Options, SentLetter
from intake.checks.expected_address import options_of
from intake.checks.service import CheckService
from intake.checks.shared_run import CheckKind, CheckRequest, SharedRun
from intake.database import StorageError, utc_now
from intake.drafts import DraftStore
from intake.journey.draft import CheckRun
from intake.tickets.diagnosis import diagnosis_of, with_fixers
from intake.tickets.probe_comparison import compare_probes
from intake.tickets.probe_store import ProbeStore
from intake.tickets.ticket import Ticket, TicketDiagnosis

ProbeRefusal = Literal["", "under-way", "target", "budget", "unknown"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _RunningProbe:
    """A running measurement and what it is compared with."""

    id: int
    ticket: Ticket
    before: TicketDiagnosis
    run: CheckRun
    is_expected_known: bool


class TicketProbes:
    """Begins measurements and stores their results."""

    def __init__(
        self,
        checks: CheckService,
        store: ProbeStore,
        drafts: DraftStore,
        options: Options,
    ) -> None:
        self._checks, self._store = checks, store
        self._drafts, self._options = drafts, options
        self._running: dict[int, SharedRun] = {}

    def begin(self, ticket: Ticket, step: str, *, by_name: str, client: str) -> ProbeRefusal:
        """
        Measure the target of one of a ticket's checks again; returns at once.

        under-way: one is already running. target: it may not be measured. budget: too many
        measurements of this target, or from this client, in ten minutes. unknown: no such check.
        """
        before = next((check for check in ticket.diagnoses if check.step == step), None)
        if before is None:
            return "unknown"
        reading = self._checks.read(before.target)
        if not reading.accepted:
            return "target"
        expected = self._expected_address(ticket, step)
        is_known = expected is not None
        probe_id = self._store.begin(ticket.reference, step, by_name, is_expected_known=is_known)
        if probe_id is None:
            return "under-way"
        letter = _letter_of(before.report or {})
        request = CheckRequest(reading.target, _kind_of(before), letter)
        shared, spent = self._checks.begin(request, client, again=True)
        if shared is None or spent:  # an older result is useless here
            self._store.cancel(probe_id)
            return "budget"
        run = CheckRun(
            step=step,
            target=before.target,
            expected=expected or "",
            state="running",
            started_at=utc_now(),
        )
        self._running[probe_id] = shared
        probe = _RunningProbe(probe_id, ticket, before, run, is_known)
        shared.when_ended(partial(self._end, probe))
        return ""

    def running(self, probe_id: int) -> SharedRun | None:
        """Return a measurement that this process is making, or None."""
        return self._running.get(probe_id)

    def _expected_address(self, ticket: Ticket, step: str) -> str | None:
        """Return the address that the name should resolve to, or None if it is no longer stored."""
        draft_id = self._store.draft_of(ticket.reference)
        stored = self._drafts.get(draft_id) if draft_id else None
        run = stored.draft.checks.get(step) if stored else None
        return run.expected if run else None

    def _end(self, probe: _RunningProbe, shared: SharedRun) -> None:
        try:
            run = self._ended_run(probe, shared)
            now = with_fixers(diagnosis_of(run), probe.ticket.product)
            result = compare_probes(probe.before, now, is_expected_known=probe.is_expected_known)
            self._store.end(probe.ticket.reference, probe.id, now, result)
        except (StorageError, LookupError):
            # It is shown as never ended, and can be started again by a click.
            log.exception("a measurement was not kept", reference=probe.ticket.reference)
        finally:
            self._running.pop(probe.id, None)

    def _ended_run(self, probe: _RunningProbe, shared: SharedRun) -> CheckRun:
        if shared.report is None:
            failed = {"state": "failed", "why_failed": shared.why_failed}
            return probe.run.model_copy(update=failed)
        report = shared.report
        if probe.run.expected:
            report = report.with_views((), options_of(probe.run, self._options))
        done = {"state": "done", "report": report.model_dump(mode="json")}
        return probe.run.model_copy(update=done)


def _kind_of(diagnosis: TicketDiagnosis) -> CheckKind:
    kind = ((diagnosis.report or {}).get("target") or {}).get("kind")
    return cast("CheckKind", kind) if kind in get_args(CheckKind) else "site"


def _letter_of(report: Mapping[str, Any]) -> SentLetter | None:
    """Return the customer's letter, as the first measurement recorded it, or None."""
    for seen in report.get("observations") or ():
        if seen.get("probe") == "sent_letter":
            return SentLetter(
                str(seen.get("from_domain") or ""),
                str(seen.get("envelope_domain") or ""),
                tuple(
                    (str(tag.get("domain") or ""), str(tag.get("selector") or ""))
                    for tag in seen.get("signatures") or ()
                ),
                str(seen.get("address") or ""),
            )
    return None
