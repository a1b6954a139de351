"""
What is measured, and in which order: waves of probes in threads, under one deadline.

One probe asks one address one thing; this is the room that decides on the next one, after the
guard. `zones`, `servers` and `behind` look behind our resolver, `names` finds addresses, `places`
probes one place at most once, `seconds` measures again where that tells causes apart; `server`,
`site` and `redirects` say what is asked of them.
"""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.options import Address
from diagnostics.plan.controls import ControlledPlan
from diagnostics.plan.zones import TargetKind

__all__ = ["Plan", "TargetKind"]


class Plan(ControlledPlan):
    """
    One diagnosis under way.

    Workers are daemon threads that end by the deadline; `observations` gives None when all
    have ended.
    """

    def start(self) -> None:
        """Begin to measure."""
        run = self._measure_server if self.kind == "server" else self._measure_site
        self._start(self._run_to_the_end, run)

    def _run_to_the_end(self, run: Callable[[list[Address]], None]) -> None:
        doubts = self._start(self._doubt_ourselves) if self.options.controls else None
        try:
            addresses = self._find_addresses(self.target.host)
            if addresses:
                run(addresses)
            self._wait([self._behind] if self._behind else [])
            self._is_settled.set()
            self._wait([doubts] if doubts else [])
        finally:
            self.observations.put(None)
