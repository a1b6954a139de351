"""The product's own words (`texts.yaml`, for authors `texts_studio.yaml`), by language."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Literal

from ruamel.yaml import YAML

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")
_FILES = ("texts.yaml", "texts_studio.yaml")


@lru_cache(maxsize=1)
def all_words() -> dict[str, dict[str, str]]:
    """Every line by its key and language."""
    return {
        str(key): {str(language): str(line) for language, line in lines.items()}
        for name in _FILES
        for key, lines in YAML(typ="safe", pure=True).load(_source(name)).items()
    }


def _source(name: str) -> str:
    return files("intake.ui").joinpath(name).read_text(encoding="utf-8")


def words(key: str, language: Language, **values: object) -> str:
    """
    One line, its braces filled with `values`.

    Raises:
        KeyError: there is no such line, or a brace has no value.

    """
    line = all_words()[key][language]
    return line.format(**values) if values else line
