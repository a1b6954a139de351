"""The kinds of trouble that fuzzing looks for; importable without Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

TroubleKind = Literal["dead-end", "asked-twice", "too-long", "failure"]
TROUBLE_KINDS: Final[tuple[TroubleKind, ...]] = ("dead-end", "asked-twice", "too-long", "failure")
MAX_QUESTIONS: Final = 30  # on one path; more are reported as "too-long"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A defect that a generated walk found; `path` lists its `step=answer` and `check:finding`."""

    kind: TroubleKind
    message: str
    path: tuple[str, ...]
