"""The order of one diagnosis: what is measured of each kind of target, and what ends it."""

from __future__ import annotations

from diagnostics.plan.controls import try_controls
from diagnostics.plan.mail import measure_mail
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.plan.server import measure_server
from diagnostics.plan.site import measure_site


def start(run: Run) -> None:
    """Begin to measure; the run's `observations` give None when all is measured."""
    run.spawn(_measure_to_the_end, run)


def _measure_to_the_end(run: Run) -> None:
    doubts = [run.spawn(try_controls, run)] if run.options.controls else []
    try:
        _measure(run)
        run.wait_for_background()
        # Nothing is left to try, so whoever waits for a sign of life may doubt our side now.
        run.known.is_settled.set()
        run.wait(doubts)
    except Exception:
        # Before the end is told: whoever reads it asks at once whether everything was measured.
        run.is_broken = True
        raise
    finally:
        run.end()


def _measure(run: Run) -> None:
    if run.kind == "mail":
        measure_mail(run)
    elif addresses := find_addresses(run, run.target.host):
        measure = measure_server if run.kind == "server" else measure_site
        measure(run, addresses)
