"""Locations of checklists and their sections on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DESK_FILE: Final = "desk.yaml"  # what the department declares for all of them


def shipped_folder() -> Path:
    """
    Return the folder of the shipped checklists: in the package, or beside it in a checkout.

    Raises:
        FileNotFoundError: there is neither.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "checklists", package.parent / "checklists"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"No folder 'checklists' in {package} or beside it; reinstall Intake")


def checklist_files(folder: Path) -> list[Path]:
    """Return the checklists of a folder, sorted by name, without sections and `desk.yaml`."""
    return sorted(
        path for path in folder.glob("*.yaml") if path.is_file() and path.name != DESK_FILE
    )


def section_files(folder: Path) -> list[Path]:
    """Return the sections of a folder, sorted by name."""
    return sorted(path for path in folder.glob("*/*.yaml") if path.is_file())
