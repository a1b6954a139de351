"""What one attack came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.attack.wire import Target


@dataclass(frozen=True)
class Outcome:
    """Whether the product held, and what was measured."""

    held: bool
    measured: str


Attack = Callable[[Target], Outcome]
