"""The door's verb: diagnose a target, seeing each observation as it lands."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from diagnostics.catalogue import Layer
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import Observation
from diagnostics.options import Options
from diagnostics.plan import Plan, TargetKind
from diagnostics.probes.dns import probe_dns
from diagnostics.report import Report, compose_report
from diagnostics.rules import Evidence, Verdict
from diagnostics.targets import Target, without_www
from diagnostics.targets.pasted_text import Reading

_GRACE_S = 1.0  # for workers that end at the deadline to hand in what they saw


class Diagnosis:
    """
    A diagnosis under way. Iterate over it once; then `report` is there.

    It may be used from any thread. Closed early, it starts nothing more, and what is under way
    ends by the deadline.
    """

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        self.target, self.kind = target, kind
        self._options = options
        self._watch = Stopwatch()
        self._plan = Plan(target, kind, options)
        self._seen: list[Observation] = []
        self._report: Report | None = None
        self._plan.start()

    def __iter__(self) -> Iterator[Observation]:
        while self._report is None:
            try:
                observation = self._plan.observations.get(
                    timeout=self._plan.deadline.left_s + _GRACE_S
                )
            except queue.Empty:
                self._finish(is_complete=False)
                return
            if observation is None:
                self._finish(is_complete=not self._plan.is_broken)
                return
            self._seen.append(observation)
            yield observation

    @property
    def so_far(self) -> Report:
        """
        A report on what was seen until now.

        Only what no later observation can take back is named: what is wrong with the name, and with
        the page once every way to it was dialled. Until such a cause is there it is inconclusive.
        """
        if self._report is not None:
            return self._report
        report = self._compose(is_complete=False)
        findings = tuple(one for one in report.findings if one.layer in _proven_layers(report))
        is_fault = any(one.severity == "critical" for one in findings)
        verdict: Verdict = "fault" if is_fault else "inconclusive"
        return report.model_copy(update={"findings": findings, "verdict": verdict})

    @property
    def report(self) -> Report:
        """The report; waits for what is still under way."""
        for _ in self:
            pass
        if self._report is None:
            raise RuntimeError("the diagnosis was closed before its end")
        return self._report

    def close(self) -> None:
        """Stop measuring."""
        self._plan.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _finish(self, *, is_complete: bool) -> None:
        self._plan.cancel()
        self._report = self._compose(is_complete=is_complete)

    def _compose(self, *, is_complete: bool) -> Report:
        return compose_report(
            self.target,
            self.kind,
            tuple(self._seen),
            options=self._options,
            started_at=self._watch.started_at,
            duration_s=self._watch.elapsed_s,
            is_complete=is_complete,
        )


def _proven_layers(report: Report) -> set[Layer]:
    ways = Evidence(report.target, report.kind, report.observations).ways
    are_dialled = bool(ways) and all(way.contacts for way in ways)
    return {"dns", "tls", "http"} if are_dialled else {"dns"}


def diagnose(
    target: Target, *, kind: TargetKind = "site", options: Options | None = None
) -> Diagnosis:
    """
    Begin to measure; read the target first, with `read_target`, which judges it.

    Mail goes to a domain: for `kind="mail"` a site's "www." is left out.
    """
    if kind == "mail":
        target = without_www(target)
    return Diagnosis(target, kind, options or Options())


def resolve_reading(reading: Reading, options: Options | None = None) -> Reading:
    """Fill in the addresses of an accepted name: two questions to our resolver, nothing dialled."""
    if not reading.accepted:
        return reading
    target = reading.target
    if target.address is not None:
        return reading.model_copy(update={"addresses": (target.host,)})
    options = options or Options()
    deadline = Deadline.after(options.deadline_s)
    lookups = [
        probe_dns(target.host, kind, resolvers=options.resolvers, deadline=deadline)
        for kind in ("A", "AAAA")
    ]
    records = tuple(record for lookup in lookups for record in lookup.records)
    return reading.model_copy(update={"addresses": records})
