"""Check the controls, the places known to work (`INTAKE_CONTROL`)."""

from __future__ import annotations

from collections.abc import Iterable

import diagnostics
from diagnostics import Options


def check_controls(controls: Iterable[str], options: Options) -> None:
    """
    Check that the controls may be probed.

    Raises:
        ValueError: one is no host or URL that a diagnosis takes.
    """
    for text in controls:
        reading = diagnostics.read_target(text, options)
        if not reading.accepted or reading.suggested:
            why = reading.explain("en") if reading.reason else "it is more than a host or URL"
            raise ValueError(
                f"INTAKE_CONTROL: {text!r} can't be a control ({why.rstrip('.')}); write hosts"
                " or URLs like https://www.acme.example, separated by commas"
            )
