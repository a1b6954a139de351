"""The language that a command speaks where none is named."""

from __future__ import annotations

import os

from diagnostics.texts import CompleteLanguage, Language, as_language


def language_of_the_system() -> Language:
    """Read the terminal's language the way POSIX says: LC_ALL, LC_MESSAGES, LANG."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return as_language(value)
    return "en"


def complete_language(named: CompleteLanguage | None) -> CompleteLanguage:
    """The language that was named, else the system's if our words are in it, else English."""
    if named is not None:
        return named
    return "ru" if language_of_the_system() == "ru" else "en"
