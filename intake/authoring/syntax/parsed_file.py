"""A parsed checklist with the places in its file: the input of the lint and the proof."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from intake.authoring.problems import Place
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import Head
from intake.journey.steps import Step
from intake.journey.support_desk import SupportDesk


@dataclass(frozen=True, slots=True)
class Used:
    """
    The place where a checklist uses a section, and the section's name.

    `condition` is the place of the `show-if` of the `use`, in `file`.
    """

    place: Place
    section: str
    file: str = ""
    condition: Place | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One item of the steps as written: a step, or a `use`; `step` is None if it has mistakes.

    `used`: for a step of a section, the checklist's own `use` of that section.
    """

    file: str
    node: Node
    word: str
    name: str
    step: Step | None
    used: Used | None = None

    @property
    def has_name(self) -> bool:
        """Whether answers, facts and conditions refer to it by name."""
        return self.word not in ("use", "end") and bool(self.name)


def condition_of_use(entry: Entry) -> tuple[str, Place] | None:
    """Return the file and place of the `use`'s condition if the step has none of its own."""
    used = entry.used
    if used is None or used.condition is None or entry.node.get("show-if") is not None:
        return None
    return used.file, used.condition


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """
    A parsed checklist with the places in its file.

    `is_whole`: every step was read; otherwise an unknown name may belong to an unread one. `desk`
    has the department's declarations, None if they have mistakes; `folder` has the pictures.
    """

    file: str
    root: Node
    head: Head | None
    entries: tuple[Entry, ...]
    is_whole: bool = True
    desk: SupportDesk | None = None
    folder: Path | None = None
