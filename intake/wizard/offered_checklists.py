"""The checklists that customers may choose from, and the general one."""

from __future__ import annotations

from intake.bootstrap import services
from intake.journey import Checklist


def offered_checklists() -> list[tuple[str, Checklist]]:
    """What customers may choose from, each in its author's place."""
    offered = [
        (name, checklist)
        for name, checklist in services().checklists.items()
        if checklist.head.offered
    ]
    return sorted(offered, key=lambda named: (named[1].head.place, named[0]))


def general_checklist() -> str:
    """The checklist for whatever fits no other."""
    checklists = services().checklists.now
    general = (name for name, checklist in checklists.items() if checklist.head.fallback)
    # An operator's own folder may have no general one.
    return next(general, next(iter(checklists)))
