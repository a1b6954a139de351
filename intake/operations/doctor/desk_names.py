"""Check that the queues and priorities in the file of desks exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, get_args

from diagnostics.texts import closest_match
from intake.delivery.configuration import ConfiguredDesk
from intake.delivery.undeclared_names import UndeclaredName, undeclared_names
from intake.journey import Checklist
from intake.journey.checklist import compile_table
from intake.journey.model import Priority
from intake.operations.doctor.diagnosis import Examination, warning

_MAX_NAMES: Final = 12


def examine_desk_names(
    desks: Iterable[ConfiguredDesk], checklists: Iterable[Checklist]
) -> Iterator[Examination]:
    """
    Yield a warning for each name that no ticket can have by these checklists and their
    desk.yaml.
    """
    all_checklists = tuple(checklists)
    queues = dict.fromkeys(
        name for checklist in all_checklists for name in checklist_queues(checklist)
    )
    priorities = dict.fromkeys(
        name for checklist in all_checklists for name in _priorities(checklist)
    )
    for undeclared in undeclared_names(desks, queues=queues, priorities=priorities):
        yield _warning(undeclared)


def checklist_queues(checklist: Checklist) -> Iterator[str]:
    """Yield each queue that the checklist, or the desk.yaml beside it, names."""
    yield from checklist.desk.queues
    yield from (str(value) for _, value in compile_table(checklist.head.ticket.queue))


def _priorities(checklist: Checklist) -> Iterable[str]:
    return checklist.desk.priorities or get_args(Priority)


def _warning(undeclared: UndeclaredName) -> Examination:
    values = {"desk": undeclared.desk, "key": undeclared.key, "name": undeclared.name}
    near = closest_match(undeclared.name, undeclared.known)
    if near:
        return warning("desks", "desks-misspelt", near=near, **values)
    names = ", ".join(undeclared.known[:_MAX_NAMES])
    return warning("desks", "desks-undeclared", names=names, **values)
