"""
The door's verb: diagnose a target, seeing each observation as it lands.

Probes are imported when a diagnosis begins, for a refused target needs none, and rules once all
probes are there: the next packets are under way then, and wait for nobody.
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
            # A worker hangs where no deadline reaches it: the report says what is known without it.
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
        The report; waits for what is still under way.

        Raises:
            RuntimeError: the iteration was ended before everything was measured.

        """
        for _ in self:
            pass
        if self._report is None:
            raise RuntimeError("the diagnosis was closed before its end")
        return self._report

    @property
    def is_loaded(self) -> bool:
        """Whether all probes are imported, so that importing something else delays no packet."""
        return self._run.is_loaded.is_set()

    def close(self) -> None:
        """Stop measuring."""
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
    Begin to measure; read the target first, with `read_target`, which judges it.

    Mail goes to a domain: for `kind="mail"` a site's "www." is left out.
    """
    if kind == "mail":
        target = without_www(target)
    return Diagnosis(target, kind, options or Options())


def resolve_reading(reading: TargetReading, options: Options | None = None) -> TargetReading:
    """Fill in the addresses of an accepted name: two questions to our resolver, nothing dialled."""
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
    """Import what a diagnosis needs now, so that a service's first visitor doesn't wait for it."""
    with importing:
        from diagnostics.plan import load_stages  # noqa: PLC0415 - see above
    load_stages()
    with importing:
        from diagnostics.report import prepare  # noqa: PLC0415 - see above
    # A single diagnosis compiles only the patterns that its page needs.
    prepare()


def _load_rules() -> None:
    with importing:
        import_module("diagnostics.report")
