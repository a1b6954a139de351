"""A probe worker's work: diagnose the target by the worker's own policy, and doubt itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from diagnostics import Finding, Options, Report, TargetKind, diagnose, read_target
from intake.vantages.worker_messages import WorkerAnswer, WorkerJob

_MAX_ADDRESSES: Final = 8
_KEPT_S: Final = 30.0
_DEADLINE_S: Final = 15.0
_NEAR: Final = {"net", "dns"}


class WorkerDiagnosis:
    """
    Diagnoses for jobs. A control serves for 30 s: a dozen jobs at once try it once.

    `own_controls` win over those that the service names: they are known to work from here.
    """

    def __init__(self, options: Options, own_controls: Sequence[str] = ()) -> None:
        self._options, self._own_controls = options, tuple(own_controls)
        self._controls: dict[str, tuple[float, Report]] = {}
        self._lock = threading.Lock()

    def answer(self, job: WorkerJob) -> WorkerAnswer:
        """Diagnose a job's target; whatever we may not or can't look at is inconclusive."""
        began = time.monotonic()
        controls = self._own_controls or job.controls
        options = replace(self._options, controls=controls, deadline_s=_DEADLINE_S)
        report = _diagnose(job.target, job.kind, options)
        if report is None:
            return WorkerAnswer(verdict="inconclusive", duration_s=0.0)
        cause, control = _cause(report), None
        if cause is not None and report.verdict in {"fault", "degraded"}:
            control = self._try_controls(cause, report, controls, options)
        return WorkerAnswer(
            verdict=report.verdict,
            cause=cause.code if cause else None,
            control=control,
            status=_status(report),
            addresses=report.addresses[:_MAX_ADDRESSES],
            duration_s=round(time.monotonic() - began, 3),
        )

    def _try_controls(
        self, cause: Finding, report: Report, controls: Sequence[str], options: Options
    ) -> Literal["works", "fails"] | None:
        """Whether a place known to work shows none of this trouble to us."""
        result: Literal["fails"] | None = None
        for text in controls:
            control = self._control(text, options)
            if control is None or control.target.host == report.target.host:
                continue
            if _clears(control, cause):
                return "works"
            result = "fails"
        return result

    def _control(self, text: str, options: Options) -> Report | None:
        # Whoever comes while it is measured waits for it.
        with self._lock:
            known = self._controls.get(text)
            if known is not None and time.monotonic() - known[0] < _KEPT_S:
                return known[1]
            report = _diagnose(text, "site", replace(options, controls=()))
            if report is not None:
                self._controls = {text: (time.monotonic(), report)} | {
                    key: row for key, row in self._controls.items() if key != text
                }
            return report


def _diagnose(text: str, kind: TargetKind, options: Options) -> Report | None:
    # Read anew by our own policy: what the service judged is not known to be so here.
    reading = read_target(text, options)
    return diagnose(reading.target, kind=kind, options=options).report if reading.accepted else None


def _cause(report: Report) -> Finding | None:
    """The leading finding; of mere warnings one about the way, if there is one."""
    if not report.findings or report.findings[0].code == "ok.reachable":
        return None
    if report.verdict == "degraded":
        on_the_way = (f for f in report.findings if f.layer == "net" and f.severity == "warning")
        return next(on_the_way, report.findings[0])
    return report.findings[0]


def _clears(control: Report, cause: Finding) -> bool:
    """Whether a control's report speaks against a trouble of our own of this kind."""
    if control.verdict not in {"healthy", "degraded"}:
        return False
    codes = {finding.code for finding in control.findings}
    if cause.code in codes or (cause.layer in _NEAR and "net.packet_loss" in codes):
        return False
    return not _is_about_ipv6(cause) or any(
        o.probe == "tcp" and ":" in o.address and o.failure is None for o in control.observations
    )


def _is_about_ipv6(cause: Finding) -> bool:
    is_at_ipv6 = ":" in str(cause.parameters.get("only_at", ""))
    return cause.code == "net.ipv6_broken" or is_at_ipv6


def _status(report: Report) -> int | None:
    status = report.facts().get("status")
    return status if isinstance(status, int) and 100 <= status <= 599 else None  # noqa: PLR2004 - RFC 9110, section 15
