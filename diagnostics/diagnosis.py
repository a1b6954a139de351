"""
The entry point: diagnose a target and receive each observation as soon as it is made.

Probes are imported when a diagnosis begins, because a refused target needs none. Rules are
imported after all the probes: at that time the machine only waits for answers, so the import
delays no packet.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Self

from diagnostics.late_imports import importing
from diagnostics.options import Options
from diagnostics.targets import Target, TargetKind, TargetReading, without_www

if TYPE_CHECKING:
    from diagnostics.observations import Observation
    from diagnostics.report import Report

_GRACE_S = 1.0  # lets workers that end at the deadline still deliver their observations


class Diagnosis:
    """
    A running diagnosis. Iterating over it yields observations; after that, `report` is ready.

    It may be used from any thread. If it is closed early, it starts no further probe, and running
    probes end by the deadline.
    """

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        self.target, self.kind = target, kind
        self._options = options
        with importing:
            from diagnostics.plan import Run, start  # noqa: PLC0415 - see above
        self._run = Run(target, kind, options)
        self._observations: list[Observation] = []
        self._report: Report | None = None
        start(self._run)

    def __iter__(self) -> Iterator[Observation]:
        while self._report is None:
            try:
                observation = self._run.observations.get(
                    timeout=self._run.deadline.left_s + _GRACE_S
                )
            # A worker hangs in a call that no deadline interrupts. The report leaves it out.
            except queue.Empty:
                self._finish(is_complete=False)
                return
            if observation is None:
                self._finish(is_complete=not self._run.is_broken)
                return
            self._observations.append(observation)
            if self.is_loaded:
                _load_rules()
            yield observation

    @property
    def report(self) -> Report:
        """
        The report. Waits until all running probes have ended.

        Raises:
            RuntimeError: the diagnosis was closed before everything was measured.

        """
        for _ in self:
            pass
        if self._report is None:
            raise RuntimeError("the diagnosis was closed before its end")
        return self._report

    @property
    def is_loaded(self) -> bool:
        """Whether all probes are imported, so that another import delays no packet."""
        return self._run.is_loaded.is_set()

    def close(self) -> None:
        """Start no further probe."""
        self._run.cancel()

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
        with importing:
            from diagnostics.report import compose_report  # noqa: PLC0415 - see above
        self._run.cancel()
        self._report = compose_report(
            self.target,
            self.kind,
            tuple(self._observations),
            options=self._options,
            started_at=self._run.watch.started_at,
            duration_s=self._run.watch.elapsed_s,
            is_complete=is_complete,
        )


def diagnose(
    target: Target, *, kind: TargetKind = "site", options: Options | None = None
) -> Diagnosis:
    """
    Start a diagnosis. The target must come from `read_target`, which refuses forbidden ones.

    For `kind="mail"` a leading "www." is removed, because mail is sent to the domain.
    """
    if kind == "mail":
        target = without_www(target)
    return Diagnosis(target, kind, options or Options())


def resolve_reading(reading: TargetReading, options: Options | None = None) -> TargetReading:
    """
    Return the reading with the addresses of its name.

    Asks our resolver for A and AAAA records and connects to nothing. A refused reading is returned
    as it is.
    """
    if not reading.accepted:
        return reading
    target = reading.target
    if target.address is not None:
        return replace(reading, addresses=(target.host,))
    with importing:
        from diagnostics.net.deadline import Deadline  # noqa: PLC0415 - see above
        from diagnostics.probes.dns import probe_dns  # noqa: PLC0415 - see above
    options = options or Options()
    deadline = Deadline.after(options.deadline_s)
    lookups = [
        probe_dns(target.host, kind, resolvers=options.resolvers, deadline=deadline)
        for kind in ("A", "AAAA")
    ]
    records = tuple(record for lookup in lookups for record in lookup.records)
    return replace(reading, addresses=records)


def load_probes() -> None:
    """Import everything that a diagnosis needs, so that a service's first visitor doesn't wait."""
    with importing:
        from diagnostics.plan import load_stages  # noqa: PLC0415 - see above
    load_stages()
    with importing:
        from diagnostics.report import prepare  # noqa: PLC0415 - see above
    # Without this, a diagnosis compiles only the patterns that its page needs, when it needs them.
    prepare()


def _load_rules() -> None:
    with importing:
        import_module("diagnostics.report")
