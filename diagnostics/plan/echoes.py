"""Ping addresses, and trace the route to those that don't answer."""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.ping import PingContext, probe_ping
from diagnostics.probes.route import probe_route

# A trace's 30 packets use up the replies that Linux routers may send; two quiet seconds restore
# them. So it begins early, which leaves time for a pause after it.
_PATH_IS_SUSPECT_S = 0.4


def ping(run: Run, address: Address, is_over: Callable[[], bool]) -> None:
    """Send echo requests until `is_over` returns True, when everything else was measured."""
    alive = run.known.alive(address)
    context = PingContext(
        is_over=is_over,
        is_alive=alive.is_set,
        is_lossy=lambda: str(address) in run.known.lossy_addresses,
        on_reply=alive.set,
    )
    run.emit(probe_ping(address, deadline=run.deadline, context=context))


def trace_silent_address(run: Run, address: Address) -> None:
    """Trace the route to an address if nothing answers from it for a while."""
    alive = run.known.alive(address)
    if alive.wait(min(_PATH_IS_SUSPECT_S, run.deadline.left_s)) or run.is_over:
        return
    run.emit(probe_route(address, deadline=run.deadline))
