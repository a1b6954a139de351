"""Find queues and priorities in the file of desks that no checklist has, so they have no effect."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from intake.delivery.configuration import ConfiguredDesk
from intake.delivery.desk_mapping import OTHERWISE


class UndeclaredName(NamedTuple):
    """An unknown name under `key` of a desk, and the known names."""

    desk: str
    key: str
    name: str
    known: tuple[str, ...]


def undeclared_names(
    desks: Iterable[ConfiguredDesk], *, queues: Collection[str], priorities: Collection[str]
) -> Iterator[UndeclaredName]:
    """
    Yield each desk's names that aren't known, in order; an empty list of known names
    allows any.
    """
    for entry in desks:
        for key, names in entry.names.items():
            known = priorities if key == "priorities" else queues
            for name in names:
                if known and name not in known and name != OTHERWISE:
                    yield UndeclaredName(entry.desk.name, key, name, tuple(known))
