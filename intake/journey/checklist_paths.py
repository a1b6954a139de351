"""Where files of checklists and their sections lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DESK_FILE: Final = "desk.yaml"  # what the department declares for all of them


def shipped_folder() -> Path:
    """
    The folder of the shipped checklists: in the package, or next to it in a working copy.

    Raises:
        FileNotFoundError: there is neither.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "checklists", package.parent / "checklists"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"No folder 'checklists' in {package} or beside it; reinstall Intake")


def checklist_files(folder: Path) -> list[Path]:
    """The checklists of a folder, by name; its sections and `desk.yaml` are not among them."""
    return sorted(
        path for path in folder.glob("*.yaml") if path.is_file() and path.name != DESK_FILE
    )


def section_files(folder: Path) -> list[Path]:
    """The sections of a folder, by name."""
    return sorted(path for path in folder.glob("*/*.yaml") if path.is_file())
