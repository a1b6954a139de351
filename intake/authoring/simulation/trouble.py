"""What generated customers look for in a checklist; without the library that generates them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

TroubleKind = Literal["dead-end", "asked-twice", "too-long", "failure"]
TROUBLE_KINDS: Final[tuple[TroubleKind, ...]] = ("dead-end", "asked-twice", "too-long", "failure")
LONGEST: Final = 30  # questions on one path; more are called too many


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a generated customer ran into, and the way there: `step=answer`, `check:finding`."""

    kind: TroubleKind
    message: str
    path: tuple[str, ...]
