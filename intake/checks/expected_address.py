"""The options that conclude one draft's check: the operator's, with the expected address."""

from __future__ import annotations

from dataclasses import replace

from diagnostics import Options, as_address
from intake.journey.draft import CheckRun


def options_of(run: CheckRun, options: Options) -> Options:
    """Return the options with the addresses that the run's name should resolve to, if any."""
    named = (as_address(text.strip()) for text in run.expected.split(","))
    addresses = tuple(address for address in named if address is not None)
    return replace(options, expect_addresses=addresses) if addresses else options
