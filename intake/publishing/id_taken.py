"""The message for a file whose checklist id another file already has."""

from __future__ import annotations

from intake.authoring.folder_rules import id_taken
from intake.publishing.folder import ChecklistFolder


def why_taken(folder: ChecklistFolder, name: str, holder: str, checklist_id: str) -> str:
    """Return the message for the second file, which names both files and their lines."""
    own, other = folder.read(name), folder.read(holder)
    holding = (f"{holder}.yaml", other.text if other else "")
    return str(id_taken(f"{name}.yaml", own.text if own else "", holding, checklist_id))
