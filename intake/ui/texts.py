"""The product's own texts (`texts.yaml`, for authors `texts_studio.yaml`), by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from diagnostics.texts import LANGUAGES, Language, load_catalogue

__all__ = ["LANGUAGES", "Language", "all_words", "words"]

_FILES = ("texts.yaml", "texts_studio.yaml")


@cache
def all_words() -> dict[str, dict[str, str]]:
    """Return every text by key and language."""
    return {
        key: lines
        for name in _FILES
        for key, lines in load_catalogue(Path(__file__).with_name(name)).items()
    }


def words(key: str, language: Language, **values: object) -> str:
    """
    Return one text, its placeholders filled with `values`.

    Raises:
        KeyError: there is no such text, or a placeholder has no value.
    """
    line = all_words()[key][language]
    return line.format(**values) if values else line
