"""Whether the file of desks names queues and priorities that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, get_args

from diagnostics.texts import Language, closest_match
from intake.delivery.configuration import ConfiguredDesk
from intake.delivery.undeclared_names import UndeclaredName, undeclared_names
from intake.journey import Checklist
from intake.journey.checklist import compile_table
from intake.journey.model import Priority
from intake.operations.doctor.diagnosis import Examination, warning

_MOST_NAMES: Final = 12
_MEANT: Final[Mapping[Language, str]] = {
    "en": "did you mean '{near}'?",
    "ru": "возможно, это '{near}'.",
}
_KNOWN: Final[Mapping[Language, str]] = {"en": "there are: {names}.", "ru": "есть: {names}."}


def examine_desk_names(
    desks: Iterable[ConfiguredDesk], checklists: Iterable[Checklist]
) -> Iterator[Examination]:
    """A warning for each name that no ticket can have by these checklists and their desk.yaml."""
    every = tuple(checklists)
    queues = dict.fromkeys(name for checklist in every for name in _queues(checklist))
    priorities = dict.fromkeys(name for checklist in every for name in _priorities(checklist))
    for undeclared in undeclared_names(desks, queues=queues, priorities=priorities):
        yield warning(
            "desks",
            "desks-undeclared",
            desk=undeclared.desk,
            key=undeclared.key,
            name=undeclared.name,
            hint=_hint(undeclared),
        )


def _queues(checklist: Checklist) -> Iterator[str]:
    yield from checklist.desk.queues
    yield from (str(value) for _, value in compile_table(checklist.head.ticket.queue))


def _priorities(checklist: Checklist) -> Iterable[str]:
    return checklist.desk.priorities or get_args(Priority)


def _hint(undeclared: UndeclaredName) -> Mapping[Language, str]:
    near = closest_match(undeclared.name, undeclared.known)
    if near:
        return {language: words.format(near=near) for language, words in _MEANT.items()}
    names = ", ".join(undeclared.known[:_MOST_NAMES])
    return {language: words.format(names=names) for language, words in _KNOWN.items()}
