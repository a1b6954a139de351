"""A checklist as read, with its places: what the lint and the proofs work on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from intake.authoring.problems import Place
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.conditions import KeyPath
from intake.journey.model import Head, Text
from intake.journey.steps import Step
from intake.journey.support_desk import SupportDesk


@dataclass(frozen=True, slots=True)
class Used:
    """Where a checklist uses a section, and the section's name."""

    place: Place
    section: str


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


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """
    A checklist as read, with its places: what the lint works on.

    `is_whole`: every step that is written was read; else a name that isn't there may be one of the
    others. `desk` is what the department declares, None where that has mistakes.
    """

    file: str
    root: Node
    head: Head | None
    entries: tuple[Entry, ...]
    is_whole: bool = True
    desk: SupportDesk | None = None


def lines_of(text: Text) -> Mapping[str, str]:
    """The words of a text by language; one string for all of them stands under ""."""
    if isinstance(text.root, str):
        return {"": text.root}
    return {str(language): line for language, line in text.root.items()}


def texts_of(model: BaseModel) -> Iterator[tuple[KeyPath, Text]]:
    """Every text of a model with the way to it, as the author spells the keys."""
    for name, info in type(model).model_fields.items():
        yield from _texts_in(getattr(model, name), (info.alias or name,))


def _texts_in(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Text]]:  # noqa: ANN401  any field
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, BaseModel):
        for inner, text in texts_of(value):
            yield (*path, *inner), text
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts_in(item, (*path, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts_in(item, (*path, index))
