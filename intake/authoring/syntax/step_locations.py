"""The location of each step of a checklist: its file, its lines, and its section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.authoring.syntax.parsed_file import Entry
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.kinds import choices_of
from intake.journey.steps import Ask


@dataclass(frozen=True, slots=True)
class StepLocation:
    """
    The location of one step. Lines count from 1, `last_line` is included.

    `section` is the name in its `use` ("sections/contact"), empty in the checklist's own file;
    `choices` are the lines of its choices.
    """

    id: str
    file: str
    first_line: int
    last_line: int
    section: str = ""
    choices: Mapping[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> str:
        """The line or the range of lines, as text."""
        if self.first_line == self.last_line:
            return str(self.first_line)
        return f"{self.first_line}-{self.last_line}"


def locate_steps(entries: Sequence[Entry]) -> tuple[StepLocation, ...]:
    """Return the locations of the steps, in the order of the journey."""
    section, places = "", []
    # A `use` comes before the steps that it brings, so the first entry is the checklist's own.
    own = entries[0].file if entries else ""
    for entry in entries:
        if entry.word == "use":
            section = entry.name
        elif entry.step is not None:
            is_own = entry.file == own
            places.append(_place(entry, "" if is_own else section))
    return tuple(places)


def _place(entry: Entry, section: str) -> StepLocation:
    step = entry.step
    choices = choices_of(step) if isinstance(step, Ask) and step.choices else {}
    return StepLocation(
        id=entry.name,
        file=entry.file,
        first_line=entry.node.place.line,
        last_line=max(_lines(entry.node)),
        section=section,
        choices={name: entry.node.find(("choices", name), on_key=True).line for name in choices},
    )


def _lines(node: Node) -> Iterator[int]:
    yield node.place.line
    yield from (place.line for place in node.keys.values())
    values = node.value.values() if isinstance(node.value, dict) else node.listed()
    for value in values:
        if isinstance(value, Node):
            yield from _lines(value)
