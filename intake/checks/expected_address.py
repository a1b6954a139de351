"""What one draft's check is concluded with: the operator's options, and the customer's address."""

from __future__ import annotations

from dataclasses import replace

from diagnostics import Options, as_address
from intake.journey.draft import CheckRun


def options_of(run: CheckRun, options: Options) -> Options:
    """The options with the addresses that the run's name should lead to, if any are expected."""
    named = (as_address(text.strip()) for text in run.expected.split(","))
    addresses = tuple(address for address in named if address is not None)
    return replace(options, expect_addresses=addresses) if addresses else options
