"""
Controls: hosts known to work, tried when nothing at all answers, to tell our outage from theirs.

The result for a control serves for 30 s in this process: fifty diagnoses at once try it once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from ipaddress import ip_address

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import ControlObservation
from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.dns import probe_dns
from diagnostics.probes.tcp import probe_tcp
from diagnostics.targets import DEFAULT_PORTS, NotATargetError, Target, as_address, parse_target

KEPT_S = 30.0
MAX_CONTROLS = 3
_CONTROL_S = 2.0  # a control that needs longer is no help
_QUIET_S = 1.5  # this long without a sign of life, and we doubt ourselves


def try_controls(run: Run) -> None:
    """Try the controls when the target stays silent for a while, or nothing is left to try."""
    run.known.is_settled.wait(min(_QUIET_S, run.deadline.left_s))
    if run.known.has_life or not run.known.is_name_usable or run.deadline.left_s < _CONTROL_S:
        return
    controls = run.options.controls[:MAX_CONTROLS]
    run.wait([run.spawn(_try_control, run, control) for control in controls])


def _try_control(run: Run, text: str) -> None:
    try:
        target, _ = parse_target(text)
    except NotATargetError:
        return
    # A target can't be the proof that our connection to it works.
    if target.host != run.target.host:
        # What else decides the outcome is part of the key: diagnoses may differ in their options.
        key = (text, run.options.resolvers, run.options.allow_networks)
        run.emit(_recent(key, lambda: _probe_control(run, target)))


def _probe_control(run: Run, target: Target) -> ControlObservation:
    """One connection, closed at once."""
    watch, deadline = Stopwatch(), Deadline.after(_CONTROL_S)
    port = target.port or DEFAULT_PORTS[target.scheme or "https"]
    address, failure = _address_of(run, target.host, deadline)
    if address is not None:
        failure = Failure.TARGET_FORBIDDEN
        if not run.policy.refusal(address) and run.policy.may_connect(port):
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


def _address_of(run: Run, host: str, deadline: Deadline) -> tuple[Address | None, Failure | None]:
    literal = as_address(host)
    if literal is not None:
        return literal, None
    lookup = probe_dns(host, "A", resolvers=run.options.resolvers, deadline=deadline)
    return (ip_address(lookup.records[0]) if lookup.records else None), lookup.failure


_recent_results: dict[Hashable, tuple[float, ControlObservation]] = {}
_locks: dict[Hashable, threading.Lock] = {}


def _recent(key: Hashable, probe: Callable[[], ControlObservation]) -> ControlObservation:
    """Give a recent result, else probe now; whoever comes meanwhile waits for that probe."""
    # `setdefault` is atomic, so all threads get the same lock.
    with _locks.setdefault(key, threading.Lock()):
        known = _recent_results.get(key)
        if known is None or time.monotonic() - known[0] > KEPT_S:
            known = _recent_results[key] = (time.monotonic(), probe())
        return known[1]
