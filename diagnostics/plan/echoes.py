"""Whether an address answers at all: echo requests, and a trace where nothing comes back."""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.ping import PingContext, probe_ping
from diagnostics.probes.route import probe_route

# Its 30 packets use up what Linux routers may answer, and only two quiet seconds restore it.
_PATH_IS_SUSPECT_S = 0.4  # early, so that a pause comes after it


def ping(run: Run, address: Address, is_over: Callable[[], bool]) -> None:
    """Send echo requests until `is_over`: nothing else is measured any more."""
    alive = run.known.alive(address)
    context = PingContext(
        is_over=is_over,
        is_alive=alive.is_set,
        is_lossy=lambda: str(address) in run.known.lossy_addresses,
        on_reply=alive.set,
    )
    run.emit(probe_ping(address, deadline=run.deadline, context=context))


def trace_silent_address(run: Run, address: Address) -> None:
    """Trace the way to an address that nothing comes back from."""
    alive = run.known.alive(address)
    if alive.wait(min(_PATH_IS_SUSPECT_S, run.deadline.left_s)) or run.is_over:
        return
    run.emit(probe_route(address, deadline=run.deadline))
