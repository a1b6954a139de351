"""The message for a file that says that it is a checklist that another file is."""

from __future__ import annotations

from intake.authoring.messages import phrase
from intake.authoring.problems import Place, Problem


def id_taken(name: str, checklist_id: str) -> Problem:
    """The problem of the second file of a checklist."""
    words = phrase("checklist-twice", name=checklist_id)
    return Problem.at(f"{name}.yaml", Place(1, 1), words)
