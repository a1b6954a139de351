"""A checklist as read, with its places: what the lint and the proofs work on."""

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
    Where a checklist uses a section, and the section's name.

    `condition`: where the `show-if` stands that it uses it under, in `file`.
    """

    place: Place
    section: str
    file: str = ""
    condition: Place | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One line of the steps as written: a step, or a `use`; `step` is None when it has mistakes.

    `used`: the checklist's own `use` that brought it, for a step of a section.
    """

    file: str
    node: Node
    word: str
    name: str
    step: Step | None
    used: Used | None = None

    @property
    def has_name(self) -> bool:
        """Whether answers, facts and conditions go by its name."""
        return self.word not in ("use", "end") and bool(self.name)


def condition_of_use(entry: Entry) -> tuple[str, Place] | None:
    """Where the condition stands that hides a step: at the `use`, where it has none of its own."""
    used = entry.used
    if used is None or used.condition is None or entry.node.get("show-if") is not None:
        return None
    return used.file, used.condition


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """
    A checklist as read, with its places: what the lint works on.

    `is_whole`: every step that is written was read; else a name that isn't there may be one of the
    others. `desk` is what the department declares, None where that has mistakes; `folder` has the
    pictures.
    """

    file: str
    root: Node
    head: Head | None
    entries: tuple[Entry, ...]
    is_whole: bool = True
    desk: SupportDesk | None = None
    folder: Path | None = None
