"""The language of a command's output if none is named."""

from __future__ import annotations

import os

from diagnostics.texts import CompleteLanguage, Language, as_language


def language_of_the_system() -> Language:
    """Return the terminal's language, from LC_ALL, LC_MESSAGES or LANG as POSIX says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return as_language(value)
    return "en"


def complete_language(named: CompleteLanguage | None) -> CompleteLanguage:
    """Return the named language, else the system's if our texts exist in it, else English."""
    if named is not None:
        return named
    return "ru" if language_of_the_system() == "ru" else "en"
