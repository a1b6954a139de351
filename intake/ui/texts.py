"""The product's own words (`texts.yaml`), by language."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Literal

from ruamel.yaml import YAML

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")


@lru_cache(maxsize=1)
def all_words() -> dict[str, dict[str, str]]:
    """Every line by its key and language."""
    source = files("intake.ui").joinpath("texts.yaml").read_text(encoding="utf-8")
    return {
        str(key): {str(language): str(line) for language, line in lines.items()}
        for key, lines in YAML(typ="safe", pure=True).load(source).items()
    }


def words(key: str, language: Language, **values: object) -> str:
    """
    One line, its braces filled with `values`.

    Raises:
        KeyError: there is no such line, or a brace has no value.

    """
    line = all_words()[key][language]
    return line.format(**values) if values else line
