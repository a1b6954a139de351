"""
Controls: places known to work, tried when nothing at all answers, to tell our outage from theirs.

What was seen of a control serves for 30 s in this process: fifty diagnoses at once try it once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from ipaddress import ip_address
from typing import TypeVar

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import ControlObservation, DnsObservation, Observation, is_life
from diagnostics.options import Address, Options
from diagnostics.plan.connect import DEFAULT_PORT
from diagnostics.plan.resolve import TargetKind, as_address
from diagnostics.plan.site import SitePlan
from diagnostics.probes.dns import probe_dns
from diagnostics.probes.tcp import probe_tcp
from diagnostics.targets import NotATargetError, Target, parse_target

KEPT_S = 30.0
MAX_CONTROLS = 3
_CONTROL_S = 2.0  # a control that needs longer is no help
_QUIET_S = 1.5  # this long without a sign of life, and we doubt ourselves
Seen = TypeVar("Seen", bound=Observation)


class ControlledPlan(SitePlan):
    """A diagnosis that doubts itself where nothing answers, and looks elsewhere."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        super().__init__(target, kind, options)
        self._is_settled = threading.Event()  # something lives, or all else was tried
        self._lives = False
        self._lookups: list[DnsObservation] = []

    def _show(self, observation: Seen) -> Seen:
        if is_life(observation):
            self._lives = True
            self._is_settled.set()
        if isinstance(observation, DnsObservation) and observation.name == self.target.host:
            self._lookups.append(observation)
        return super()._show(observation)

    def _doubt_ourselves(self) -> None:
        """Try the controls when the target stays silent for a while, or nothing is left to try."""
        self._is_settled.wait(min(_QUIET_S, self.deadline.left_s))
        if self._lives or not self._is_name_usable or self.deadline.left_s < _CONTROL_S:
            return
        controls = self.options.controls[:MAX_CONTROLS]
        self._wait([self._start(self._try_control, control) for control in controls])

    @property
    def _is_name_usable(self) -> bool:
        """Whether the name gives addresses, or fails in a way that may be our own fault."""
        if not self._lookups:
            return True
        failures = [one.failure for one in self._lookups if one.failure is not None]
        is_doubtful = any(one is Failure.DNS_SERVFAIL or one.is_ours for one in failures)
        return is_doubtful or any(one.records for one in self._lookups)

    def _try_control(self, text: str) -> None:
        try:
            target, _ = parse_target(text)
        except NotATargetError:
            return
        if target.host != self.target.host:
            key = (text, self.options.resolvers, self.options.allow_networks)
            self._show(_remembered(key, lambda: self._look_at(target)))

    def _look_at(self, target: Target) -> ControlObservation:
        """One connection, closed at once."""
        watch, deadline = Stopwatch(), Deadline.after(_CONTROL_S)
        port = target.port or DEFAULT_PORT[target.scheme or "https"]
        address, failure = self._address_of(target.host, deadline)
        if address is not None:
            failure = Failure.TARGET_FORBIDDEN
            if not self._policy.refusal(address) and self._policy.may_connect(port):
                failure = probe_tcp(address, port, host=target.host, deadline=deadline).failure
        return ControlObservation(
            id=f"control#{target.host}:{port}",
            started_at=watch.started_at,
            duration_s=watch.elapsed_s,
            host=target.host,
            port=port,
            address=str(address) if address else None,
            failure=failure,
        )

    def _address_of(self, host: str, deadline: Deadline) -> tuple[Address | None, Failure | None]:
        literal = as_address(host)
        if literal is not None:
            return literal, None
        lookup = probe_dns(host, "A", resolvers=self.options.resolvers, deadline=deadline)
        return (ip_address(lookup.records[0]) if lookup.records else None), lookup.failure


_seen: dict[Hashable, tuple[float, ControlObservation]] = {}
_locks: dict[Hashable, threading.Lock] = {}


def _remembered(key: Hashable, look: Callable[[], ControlObservation]) -> ControlObservation:
    """What was seen lately, else a look now; whoever comes meanwhile waits for that look."""
    with _locks.setdefault(key, threading.Lock()):
        known = _seen.get(key)
        if known is None or time.monotonic() - known[0] > KEPT_S:
            known = _seen[key] = (time.monotonic(), look())
        return known[1]
