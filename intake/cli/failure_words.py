"""The line that a command prints when it can't continue, in the reader's language."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from diagnostics.texts import Language
from intake.cli.system_language import language_of_the_system
from intake.settings import SettingsError
from intake.settings.foreign_path import foreign_path

_WORDS: Final = {
    "en": {
        "closed": "{path}: {why}. This user may not read or write it",
        "storage": "the database can't be used ({why}). `intake doctor` says more",
    },
    "ru": {
        "closed": "{path}: {why}. Этому пользователю нельзя его читать или менять",
        "storage": "с базой данных не удалось работать ({why}). Подробнее: `intake doctor`",
    },
}


def failure_words(error: Exception) -> str | None:
    """Return the line about an error that the operator can fix; None for a bug of ours."""
    language: Language = "ru" if language_of_the_system() == "ru" else "en"
    if isinstance(error, SettingsError):
        return error.words(language)
    if isinstance(error, PermissionError):
        return _permission_words(error, language)
    from intake.database.errors import StorageError  # noqa: PLC0415 - slow, and for this alone

    if isinstance(error, StorageError):
        return _WORDS[language]["storage"].format(why=str(error).rstrip("."))
    return None


def _permission_words(error: PermissionError, language: Language) -> str | None:
    if not isinstance(error.filename, str):
        return None
    foreign = foreign_path(Path(error.filename))
    if foreign is not None:
        return foreign.words(language)
    return _WORDS[language]["closed"].format(path=error.filename, why=error.strerror)
