"""
What is measured, and in which order: waves of probes in threads, under one deadline.

One probe asks one address one thing; this is the room that decides on the next one, after the
guard. `zones`, `servers` and `behind` look behind our resolver, `names` finds addresses, `places`
probes one place at most once, `seconds` measures again where that tells causes apart; `server`,
`site`, `redirects` and `mail` say what is asked of them.
"""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.options import Address
from diagnostics.plan.controls import ControlledPlan
from diagnostics.plan.mail import MailPlan
from diagnostics.plan.zone_cuts import TargetKind

__all__ = ["Plan", "TargetKind"]


class Plan(ControlledPlan, MailPlan):
    """
    One diagnosis under way.

    Workers are daemon threads that end by the deadline; `observations` gives None when all
    have ended.
    """

    def start(self) -> None:
        """Begin to measure."""
        if self.kind == "mail":
            self._start(self._run_to_the_end, self._measure_mail)
            return
        run = self._measure_server if self.kind == "server" else self._measure_site
        self._start(self._run_to_the_end, lambda: self._measure_host(run))

    def _measure_host(self, run: Callable[[list[Address]], None]) -> None:
        addresses = self._find_addresses(self.target.host)
        if addresses:
            run(addresses)

    def _run_to_the_end(self, run: Callable[[], None]) -> None:
        doubts = self._start(self._doubt_ourselves) if self.options.controls else None
        try:
            run()
            self._wait([self._behind] if self._behind else [])
            self._is_settled.set()
            self._wait([doubts] if doubts else [])
        finally:
            self.observations.put(None)
