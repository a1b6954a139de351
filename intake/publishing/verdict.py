"""The validation result of a checklist's file; importable without the authoring modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from intake.journey.checklist import Checklist


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """
    Whether a file may go live.

    `prints` are those of the files that it consists of, by name; "" for a missing one.
    `checklist` is None if the file has mistakes. `why_not` contains all reasons why it can't go
    live,
    one per line; it is empty exactly when there are none.
    """

    name: str
    prints: Mapping[str, str]
    checklist: Checklist | None
    why_not: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it may go live."""
        return self.checklist is not None and not self.why_not

    def as_row(self) -> dict[str, Any]:
        """Return the verdict as JSON, to be passed between processes."""
        document = self.checklist.to_json() if self.checklist else None
        prints = dict(self.prints)
        return {"name": self.name, "prints": prints, "document": document, "why_not": self.why_not}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """
        Return the verdict that `as_row` wrote.

        Raises:
            KeyError: the row lacks a part.
            ValueError: its checklist can't be read.
        """
        document = row["document"]
        checklist = Checklist.from_json(document) if document else None
        return cls(row["name"], row["prints"], checklist, row["why_not"])


Validate = Callable[[Path, Sequence[str]], list[FileVerdict]]
