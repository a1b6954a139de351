"""
The work of a probe worker: diagnose the target by the worker's own policy, and check its own
network.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from diagnostics import Finding, Options, Report, TargetKind, diagnose, read_target
from intake.vantages.worker_messages import WorkerAnswer, WorkerJob

_MAX_ADDRESSES: Final = 8
_CACHE_S: Final = 30.0
_DEADLINE_S: Final = 15.0
_LOCAL_LAYERS: Final = {"net", "dns"}


class WorkerDiagnosis:
    """
    Diagnoses for jobs. A control's result is cached for 30 s: a dozen jobs at once try it once.

    `own_controls` override those of the service: they are known to work from here.
    """

    def __init__(self, options: Options, own_controls: Sequence[str] = ()) -> None:
        self._options, self._own_controls = options, tuple(own_controls)
        self._controls: dict[str, tuple[float, Report]] = {}
        self._lock = threading.Lock()

    def answer(self, job: WorkerJob) -> WorkerAnswer:
        """Diagnose a job's target; one that may not or can't be measured is inconclusive."""
        started = time.monotonic()
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
            duration_s=round(time.monotonic() - started, 3),
        )

    def _try_controls(
        self, cause: Finding, report: Report, controls: Sequence[str], options: Options
    ) -> Literal["works", "fails"] | None:
        """
        Check whether a place known to work lacks this trouble: "works", "fails", or None if none
        was tried.
        """
        result: Literal["fails"] | None = None
        for text in controls:
            control = self._control(text, options)
            if control is None or control.target.host == report.target.host:
                continue
            if _rules_out(control, cause):
                return "works"
            result = "fails"
        return result

    def _control(self, text: str, options: Options) -> Report | None:
        # Concurrent jobs wait for a running measurement.
        with self._lock:
            known = self._controls.get(text)
            if known is not None and time.monotonic() - known[0] < _CACHE_S:
                return known[1]
            report = _diagnose(text, "site", replace(options, controls=()))
            if report is not None:
                self._controls = {text: (time.monotonic(), report)} | {
                    key: row for key, row in self._controls.items() if key != text
                }
            return report


def _diagnose(text: str, kind: TargetKind, options: Options) -> Report | None:
    # Judged again by our own policy: the service's judgement may not hold here.
    reading = read_target(text, options)
    return diagnose(reading.target, kind=kind, options=options).report if reading.accepted else None


def _cause(report: Report) -> Finding | None:
    """Return the first finding; among mere warnings one about the network path, if there is one."""
    if not report.findings or report.findings[0].code == "ok.reachable":
        return None
    if report.verdict == "degraded":
        on_the_way = (f for f in report.findings if f.layer == "net" and f.severity == "warning")
        return next(on_the_way, report.findings[0])
    return report.findings[0]


def _rules_out(control: Report, cause: Finding) -> bool:
    """Check whether a control's report rules out that we ourselves have this kind of trouble."""
    if control.verdict not in {"healthy", "degraded"}:
        return False
    codes = {finding.code for finding in control.findings}
    if cause.code in codes or (cause.layer in _LOCAL_LAYERS and "net.packet_loss" in codes):
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
