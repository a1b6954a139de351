"""What one draft's check is concluded with: the operator's options, and the customer's address."""

from __future__ import annotations

from dataclasses import replace

from diagnostics import Options, as_address
from intake.journey.draft import CheckRun


def options_of(run: CheckRun, options: Options) -> Options:
    """The options with the address that the run's name should lead to, if one is expected."""
    address = as_address(run.expected)
    return options if address is None else replace(options, expect_addresses=(address,))
