"""Queues and priorities that the file of desks names and no checklist has: they do nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from intake.delivery.configuration import ConfiguredDesk
from intake.delivery.desk_mapping import OTHERWISE


class UndeclaredName(NamedTuple):
    """A name below `key` of a desk, and the names that would be right."""

    desk: str
    key: str
    name: str
    known: tuple[str, ...]


def undeclared_names(
    desks: Iterable[ConfiguredDesk], *, queues: Collection[str], priorities: Collection[str]
) -> Iterator[UndeclaredName]:
    """What each desk names, in order, and is none of these; where they are empty, any may be."""
    for entry in desks:
        for key, names in entry.names.items():
            known = priorities if key == "priorities" else queues
            for name in names:
                if known and name not in known and name != OTHERWISE:
                    yield UndeclaredName(entry.desk.name, key, name, tuple(known))
