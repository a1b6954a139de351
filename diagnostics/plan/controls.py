"""
Controls: hosts known to work, which distinguish our own outage or slowness from the target's.

They are connected to if nothing at all answers, and their page is opened if the target's is slow.

A result is reused for 30 s in this process, so that fifty simultaneous diagnoses try a control
once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from ipaddress import ip_address
from typing import Any, TypeVar

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import ControlObservation, LoadTimeObservation
from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.dns import probe_dns
from diagnostics.probes.load_time import probe_load_time
from diagnostics.probes.tcp import probe_tcp
from diagnostics.targets import (
    DEFAULT_PORTS,
    NotATargetError,
    Target,
    as_address,
    parse_target,
    url_of,
)

KeptResult = TypeVar("KeptResult")
KEPT_S = 30.0
MAX_CONTROLS = 3
_CONTROL_S = 2.0  # a slower control is no help
_TIMED_S = 6.0  # as long as a repeated request of the target's own page may take
_QUIET_S = 1.5  # after so long without any answer, our own connection is tested


def try_controls(run: Run) -> None:
    """Try the controls if the target doesn't answer for a while, or nothing is left to try."""
    run.known.is_settled.wait(min(_QUIET_S, run.deadline.left_s))
    if run.known.has_life or not run.known.is_name_usable or run.deadline.left_s < _CONTROL_S:
        return
    controls = run.options.controls[:MAX_CONTROLS]
    run.wait([run.spawn(_try_control, run, control) for control in controls])


def time_controls(run: Run, *, with_names: bool) -> None:
    """Time the page of each control with `probe_load_time`; `with_names` includes the lookup."""
    controls = run.options.controls[:MAX_CONTROLS]
    run.wait([run.spawn(_time_control, run, control, with_names) for control in controls])


def _try_control(run: Run, text: str) -> None:
    target = _read_control(run, text)
    if target is not None:
        run.emit(_recent(_key(run, text), lambda: _probe_control(run, target)))


def _time_control(run: Run, text: str, with_names: bool) -> None:  # noqa: FBT001 - for `spawn`
    target = _read_control(run, text)
    if target is not None:
        key = (*_key(run, text), "time", with_names)
        load_time = _recent(key, lambda: _time_page(run, target, with_names=with_names))
        if load_time is not None:
            run.emit(load_time)


def _read_control(run: Run, text: str) -> Target | None:
    try:
        target, _ = parse_target(text)
    except NotATargetError:
        return None
    # The target itself can't prove that our connection works.
    return target if target.host != run.target.host else None


def _key(run: Run, text: str) -> tuple[Hashable, ...]:
    """Return everything that the result depends on, because diagnoses may differ in options."""
    return (text, run.options.resolvers, run.options.allow_networks)


def _time_page(run: Run, target: Target, *, with_names: bool) -> LoadTimeObservation | None:
    """Time a control's page; None if it has no address, or must not be contacted."""
    deadline = Deadline.after(_TIMED_S)
    scheme = target.scheme or "https"
    port = target.port or DEFAULT_PORTS[scheme]
    address, _ = _address_of(run, target.host, deadline)
    if address is None or run.policy.refusal(address) or not run.policy.may_speak_http(port):
        return None
    return probe_load_time(
        address,
        url_of(scheme, target.host, port, target.path),
        observation_id=f"load-time-control#{target.host}:{port}",
        user_agent=run.options.user_agent,
        deadline=deadline,
        resolvers=run.options.resolvers if with_names else None,
    )


def _probe_control(run: Run, target: Target) -> ControlObservation:
    """Connect to a control and close the connection at once."""
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


_recent_results: dict[Hashable, tuple[float, Any]] = {}
_locks: dict[Hashable, threading.Lock] = {}


def _recent(key: Hashable, probe: Callable[[], KeptResult]) -> KeptResult:
    """Return a recent result, or probe now; other callers with the same key wait for that probe."""
    # `setdefault` is atomic, so all threads get the same lock.
    with _locks.setdefault(key, threading.Lock()):
        known: tuple[float, KeptResult] | None = _recent_results.get(key)
        if known is None or time.monotonic() - known[0] > KEPT_S:
            known = _recent_results[key] = (time.monotonic(), probe())
        return known[1]
