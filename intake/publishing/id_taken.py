"""Why a file doesn't serve that says that it is a checklist that another file is."""

from __future__ import annotations

from intake.authoring.folder_rules import id_taken
from intake.publishing.folder import ChecklistFolder


def why_taken(folder: ChecklistFolder, name: str, holder: str, checklist_id: str) -> str:
    """The message of the second file, which names both files and their lines."""
    own, other = folder.read(name), folder.read(holder)
    holding = (f"{holder}.yaml", other.text if other else "")
    return str(id_taken(f"{name}.yaml", own.text if own else "", holding, checklist_id))
