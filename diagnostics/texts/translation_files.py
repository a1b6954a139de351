"""
Read an operator's translations: `de.yaml`, or a folder `de` of YAML files, for each language.

Each line is an English text as it is in the product or in a checklist, and its translation. If a
number is in a text, the translation may be a mapping of plural categories (CLDR).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from diagnostics.late_imports import importing
from diagnostics.texts.language import (
    LANGUAGE_NAME,
    LANGUAGES,
    PLURALS,
    Translation,
    set_translations,
)


class TranslationError(ValueError):
    """A file of translations can't be used; the message names it and says why."""


_BRACES: Final = re.compile(r"\{[^{}]*\}")


def use_translations(folder: Path | None) -> None:
    """
    Serve the languages of a folder too; with None only the complete ones.

    Raises:
        OSError: the folder can't be read.
        TranslationError: a file isn't a mapping of texts to texts, or a language is unknown.
    """
    set_translations(_read_folder(folder) if folder is not None else {})


def _read_folder(folder: Path) -> dict[str, dict[str, Translation]]:
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            files.setdefault(path.name, []).extend(sorted(path.glob("*.yaml")))
        elif path.suffix == ".yaml":
            files.setdefault(path.stem, []).append(path)
    return {name: _read_language(name, paths) for name, paths in files.items() if paths}


def _read_language(name: str, paths: list[Path]) -> dict[str, Translation]:
    if name in LANGUAGES or not LANGUAGE_NAME.fullmatch(name) or not _is_known(name):
        raise TranslationError(
            f"{paths[0]}: '{name}' is no language to add; name the file by its code, like de.yaml"
        )
    texts: dict[str, Translation] = {}
    for path in paths:
        texts.update(_read_file(path))
    return texts


def _read_file(path: Path) -> Iterator[tuple[str, Translation]]:
    with importing:
        from ruamel.yaml import YAML  # noqa: PLC0415 - seldom needed, and slow to import
        from ruamel.yaml.constructor import DuplicateKeyError  # noqa: PLC0415 - see above
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - see above
    try:
        content = YAML(typ="safe", pure=True).load(path.read_bytes())
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        words = "this can't be read as YAML; put both texts in double quotes"
        if isinstance(error, DuplicateKeyError):
            words = "this English text stands twice; leave one of the two lines"
        line = mark.line + 1 if mark is not None else 1
        raise TranslationError(f"{path}, line {line}: {words}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise TranslationError(f"{path}: {error}") from error
    if content is None:
        return
    if not isinstance(content, dict):
        raise TranslationError(f'{path}: write a line a text: "Back": "Zurück"')
    for english, text in content.items():
        if text in (None, ""):  # not translated yet
            continue
        _check(path, english, text)
        yield english, text


def _check(path: Path, english: object, text: object) -> None:
    """Check that a translation has exactly the braces of the English text."""
    is_forms = isinstance(text, dict) and text.keys() <= PLURALS
    forms: list[Any] = list(text.values()) if is_forms and isinstance(text, dict) else [text]
    if not isinstance(english, str) or not all(isinstance(form, str) for form in forms):
        raise TranslationError(
            f"{path}: {str(english)[:60]!r} needs a text, or texts by plural form"
        )
    expected = set(_BRACES.findall(english))
    for form in forms:
        difference = expected ^ set(_BRACES.findall(form))
        # A plural form may say its number in a word.
        if difference - ({"{count}"} if is_forms else set()):
            raise TranslationError(
                f"{path}: {english[:60]!r} and its translation differ in"
                f" {', '.join(sorted(difference))}"
            )


@cache
def _is_known(name: str) -> bool:
    with importing:
        from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - seldom needed
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True
