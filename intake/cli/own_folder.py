"""The folder that the checklists' commands read where none is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import typer

from diagnostics.texts.translation_files import TranslationError, use_translations
from intake.authoring.loader import find_file
from intake.cli.failing import fail
from intake.journey.checklist_paths import shipped_folder

_SETTING: Final = "INTAKE_CHECKLISTS"
_TRANSLATIONS: Final = "INTAKE_TRANSLATIONS"


def own_folder() -> Path:
    """
    The operator's folder, as the server reads it, else the shipped one; it is said which.

    Raises:
        typer.Exit: the operator's folder isn't there.
    """
    # Read here, because the settings as a whole take longer to import than a checklist to lint.
    named = os.environ.get(_SETTING, "").strip()
    folder = Path(named) if named else shipped_folder()
    if not folder.is_dir():
        fail(f"{_SETTING}: there is no folder {folder}; correct it or unset it")
    whose = f"{_SETTING}" if named else f"shipped; {_SETTING} names another"
    typer.echo(f"folder: {folder} ({whose})", err=True)
    return folder


def find_named(path_or_name: str | Path) -> Path:
    """
    The file of a path, or of a checklist's name in the operator's folder or the shipped one.

    Raises:
        ChecklistErrors: there is no such file.
    """
    path = Path(path_or_name)
    return path if path.is_file() else find_file(path, folder=own_folder())


def own_translations() -> None:
    """
    Let the commands know the operator's languages, where any are set.

    Raises:
        typer.Exit: a file of translations can't be used.
    """
    named = os.environ.get(_TRANSLATIONS, "").strip()
    try:
        use_translations(Path(named) if named else None)
    except (OSError, TranslationError) as error:
        fail(f"{_TRANSLATIONS}: {error}")
