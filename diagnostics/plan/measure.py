"""The order of one diagnosis, from the first lookup to the end of all workers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module

from diagnostics.late_imports import importing
from diagnostics.options import Address
from diagnostics.plan.echoes import ping, trace_silent_address
from diagnostics.plan.resolve import MAX_SERVER_ADDRESSES, find_addresses
from diagnostics.plan.run import Run

# Modules that are imported only after the packets before them were sent; see the package.
_LATER = ("authoritative", "controls", "dns_diagnosis", "mail", "server", "site")


def start(run: Run) -> None:
    """Start to measure. The run's `observations` yield None when everything was measured."""
    run.spawn(_measure_to_the_end, run)


def load_stages() -> None:
    """Import the modules that diagnoses import as they go, so that none has to wait."""
    with importing:
        for stage in _LATER:
            import_module(f"diagnostics.plan.{stage}")


def _measure_to_the_end(run: Run) -> None:
    doubts = [run.spawn(_try_controls, run)] if run.options.controls else []
    try:
        _measure(run)
        run.wait_for_background()
        # Nothing is left to try, so the test of our own connection needn't wait for an answer.
        run.known.is_settled.set()
        run.wait(doubts)
    except Exception:
        # Set before `end`: its reader then checks at once whether everything was measured.
        run.is_broken = True
        raise
    finally:
        run.end()


def _try_controls(run: Run) -> None:
    with importing:
        from diagnostics.plan.controls import try_controls  # noqa: PLC0415 - see `_LATER`
    try_controls(run)


def _measure(run: Run) -> None:
    if run.kind == "mail":
        with importing:
            from diagnostics.plan.mail import measure_mail  # noqa: PLC0415 - see `_LATER`
        run.is_loaded.set()
        measure_mail(run)
    elif addresses := find_addresses(run, run.target.host):
        _measure_addresses(
            run, addresses[:MAX_SERVER_ADDRESSES] if run.kind == "server" else addresses
        )


def _measure_addresses(run: Run, addresses: list[Address]) -> None:
    """Measure the addresses, and ping them as long as anything else is measured."""
    is_all_tried = threading.Event()
    pings = [run.spawn(ping, run, address, is_all_tried.is_set) for address in addresses]
    # Importing takes a third of the time of the first pings.
    measure = _load_server() if run.kind == "server" else _load_site()
    run.is_loaded.set()
    # Not earlier: whether an address is silent depends on the other probes.
    traces = [run.spawn(trace_silent_address, run, address) for address in addresses]
    measure(run, addresses)
    is_all_tried.set()
    run.wait([*pings, *traces])


def _load_site() -> Callable[[Run, list[Address]], None]:
    with importing:
        from diagnostics.plan.site import measure_site  # noqa: PLC0415 - see `_LATER`
    return measure_site


def _load_server() -> Callable[[Run, list[Address]], None]:
    with importing:
        from diagnostics.plan.server import measure_server  # noqa: PLC0415 - see `_LATER`
    return measure_server
