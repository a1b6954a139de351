"""The checklists that customers can choose, and the general one."""

from __future__ import annotations

from collections.abc import Sequence

from intake.bootstrap import services
from intake.journey import Checklist


def offered_checklists() -> list[tuple[str, Checklist]]:
    """Return the checklists that customers can choose, in the authors' order."""
    offered = [
        (name, checklist)
        for name, checklist in services().checklists.items()
        if checklist.head.offered
    ]
    return sorted(offered, key=lambda named: (named[1].head.place, named[0]))


_MAX_SHOWN = 6  # choices at the start; the others are folded


def first_choices(
    likeliest: Sequence[str] = (), *, most: int = _MAX_SHOWN
) -> tuple[list[tuple[str, Checklist]], list[tuple[str, Checklist]]]:
    """
    Return up to `most` choices, the likeliest first and the general one last; and the rest.

    If there is only one more than `most`, all are returned: folding one choice saves nothing.
    """
    offered = dict(offered_checklists())
    likely = [name for name in likeliest if name in offered]
    general = [name for name, checklist in offered.items() if checklist.head.fallback]
    order = list(dict.fromkeys([*likely, *(name for name in offered if name not in general)]))
    room = most - len(general)
    if len(order) > room + 1:
        first, folded = [*order[:room], *general], order[room:]
    else:
        first, folded = [*order, *general], []
    first, folded = list(dict.fromkeys(first)), [name for name in folded if name not in first]
    return [(name, offered[name]) for name in first], [(name, offered[name]) for name in folded]


def general_checklist() -> str:
    """Return the id of the checklist for problems that no other one covers."""
    checklists = services().checklists.now
    general = (name for name, checklist in checklists.items() if checklist.head.fallback)
    # An operator's own folder may have no general checklist.
    return next(general, next(iter(checklists)))
