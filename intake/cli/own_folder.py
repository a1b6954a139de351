"""The folder that the checklist commands read if none is named."""

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

_CHECKLISTS_VARIABLE: Final = "INTAKE_CHECKLISTS"
_TRANSLATIONS_VARIABLE: Final = "INTAKE_TRANSLATIONS"
_CHECKLIST_START: Final = re.compile(r"^checklist:", re.MULTILINE)
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
    Return the folder that the server reads: the configured one, else the studio's, else the shipped
    one.

    Prints which folder it is; with a `command` also how to read checklists in the current folder
    instead.

    Raises:
        ForeignPath: the data folder, where the studio publishes, belongs to another user.
        typer.Exit: the configured folder doesn't exist.
    """
    words = _WORDS[complete_language(language)]
    # Read here, because the settings as a whole take longer to import than a checklist to lint.
    named = _setting("checklists")
    data = Path(_setting("data") or "data")
    published = data / "checklists"
    if not named and data.exists():
        from intake.settings.foreign_path import require_own_path  # noqa: PLC0415 - for this alone

        # Of what it can't see, Python says from 3.14 on that it isn't there.
        require_own_path(published, os.R_OK)
    folder = Path(named) if named else published if published.is_dir() else shipped_folder()
    if not folder.is_dir():
        fail(f"{_CHECKLISTS_VARIABLE}: there is no folder {folder}; correct it or unset it")
    state = "published" if folder == published else "shipped"
    whose = _CHECKLISTS_VARIABLE if named else words[state].format(setting=_CHECKLISTS_VARIABLE)
    typer.echo(words["folder"].format(folder=folder, whose=whose), err=True)
    if command and not named and _has_checklists(Path()):
        typer.echo(words["here"].format(command=command), err=True)
    return folder


def _setting(name: str) -> str:
    """Return a setting from the environment or `intake.toml`; "" if neither has it."""
    if value := os.environ.get(f"INTAKE_{name.upper()}", "").strip():
        return value
    try:
        with Path(os.environ.get("INTAKE_CONFIG") or "intake.toml").open("rb") as file:
            return str(tomllib.load(file).get(name, "")).strip()
    except (OSError, ValueError):  # `intake doctor` tells what is wrong with it
        return ""


def _has_checklists(folder: Path) -> bool:
    """Check whether a file here begins as a checklist does; desk files and others don't."""
    for path in folder.glob("*.yaml"):
        try:
            if _CHECKLIST_START.search(path.read_text(encoding="utf-8")):
                return True
        except (OSError, UnicodeDecodeError):
            continue
    return False


def find_named(path_or_name: str | Path) -> Path:
    """
    Return the file of a path, or of a checklist's name in the operator's folder or the shipped one.

    Raises:
        ChecklistErrors: there is no such file.
    """
    path = Path(path_or_name)
    return path if path.is_file() else find_file(path, folder=own_folder())


def own_translations(language: CompleteLanguage | None = None) -> None:
    """
    Load the operator's languages, if any are set; a mistake is told in `language`.

    Raises:
        typer.Exit: a file of translations can't be used.
    """
    named = os.environ.get(_TRANSLATIONS_VARIABLE, "").strip()
    try:
        use_translations(Path(named) if named else None)
    except (OSError, TranslationError) as error:
        message = f"{_TRANSLATIONS_VARIABLE}: {error}"
        if complete_language(language) == "ru":
            from intake.settings.russian import in_russian  # noqa: PLC0415 - only for a mistake

            message = in_russian(message)
        fail(message)
