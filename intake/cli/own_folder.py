"""The folder that the checklists' commands read where none is named."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Final

import typer

from diagnostics.texts import CompleteLanguage
from diagnostics.texts.translation_files import TranslationError, use_translations
from intake.authoring.loader import find_file
from intake.cli.failing import fail
from intake.cli.system_language import complete_language
from intake.journey.checklist_paths import shipped_folder

_SETTING: Final = "INTAKE_CHECKLISTS"
_TRANSLATIONS: Final = "INTAKE_TRANSLATIONS"
_A_CHECKLIST: Final = re.compile(r"^checklist:", re.MULTILINE)
_WORDS: Final = {
    "en": {
        "folder": "folder: {folder} ({whose})",
        "published": "yours, as the studio publishes them",
        "shipped": "shipped; {setting} names another",
        "here": "The files here are read by name, or all of them by: intake checklists {command} .",
    },
    "ru": {
        "folder": "папка: {folder} ({whose})",
        "published": "ваши, их публикует студия",
        "shipped": "готовые; другую папку называет {setting}",
        "here": "Файлы отсюда читаются по имени, а все сразу так: intake checklists {command} .",
    },
}


def own_folder(language: CompleteLanguage | None = None, *, command: str = "") -> Path:
    """
    The folder that the server reads: the operator's, what the studio publishes, else the shipped.

    It is said which; with a `command`, also how the files here are read where it is not they.

    Raises:
        ForeignPath: the data folder, where the studio publishes, belongs to another user.
        typer.Exit: the operator's folder isn't there.
    """
    words = _WORDS[complete_language(language)]
    # Read here, because the settings as a whole take longer to import than a checklist to lint.
    named = _written("checklists")
    data = Path(_written("data") or "data")
    published = data / "checklists"
    if not named and data.exists():
        from intake.settings.foreign_path import require_own_path  # noqa: PLC0415 - for this alone

        # Of what it can't see, Python says from 3.14 on that it isn't there.
        require_own_path(published, os.R_OK)
    folder = Path(named) if named else published if published.is_dir() else shipped_folder()
    if not folder.is_dir():
        fail(f"{_SETTING}: there is no folder {folder}; correct it or unset it")
    state = "published" if folder == published else "shipped"
    whose = _SETTING if named else words[state].format(setting=_SETTING)
    typer.echo(words["folder"].format(folder=folder, whose=whose), err=True)
    if command and not named and _has_checklists(Path()):
        typer.echo(words["here"].format(command=command), err=True)
    return folder


def _written(name: str) -> str:
    """A setting as the environment or `intake.toml` has it; empty where neither does."""
    if value := os.environ.get(f"INTAKE_{name.upper()}", "").strip():
        return value
    try:
        with Path(os.environ.get("INTAKE_CONFIG") or "intake.toml").open("rb") as file:
            return str(tomllib.load(file).get(name, "")).strip()
    except (OSError, ValueError):  # `intake doctor` tells what is wrong with it
        return ""


def _has_checklists(folder: Path) -> bool:
    """Whether a file here begins as a checklist does; desk files and others don't."""
    for path in folder.glob("*.yaml"):
        try:
            if _A_CHECKLIST.search(path.read_text(encoding="utf-8")):
                return True
        except (OSError, UnicodeDecodeError):
            continue
    return False


def find_named(path_or_name: str | Path) -> Path:
    """
    The file of a path, or of a checklist's name in the operator's folder or the shipped one.

    Raises:
        ChecklistErrors: there is no such file.
    """
    path = Path(path_or_name)
    return path if path.is_file() else find_file(path, folder=own_folder())


def own_translations(language: CompleteLanguage | None = None) -> None:
    """
    Let the commands know the operator's languages, where any are set; a mistake is told in one.

    Raises:
        typer.Exit: a file of translations can't be used.
    """
    named = os.environ.get(_TRANSLATIONS, "").strip()
    try:
        use_translations(Path(named) if named else None)
    except (OSError, TranslationError) as error:
        message = f"{_TRANSLATIONS}: {error}"
        if complete_language(language) == "ru":
            from intake.settings.russian import in_russian  # noqa: PLC0415 - for a mistake alone

            message = in_russian(message)
        fail(message)
