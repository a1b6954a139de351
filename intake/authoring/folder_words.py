"""Reads the routing words of every checklist of a folder, without linting or proving them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from diagnostics.texts import CompleteLanguage
from intake.authoring.syntax.text_file import read_text
from intake.authoring.syntax.yaml_reader import read_yaml
from intake.free_text import Router
from intake.journey.checklist import Checklist
from intake.journey.checklist_paths import checklist_files
from intake.journey.model import RoutingPhrases

_WORDS = TypeAdapter(dict[CompleteLanguage, RoutingPhrases])


def folder_router(checklist: Checklist, folder: Path) -> Router:
    """Return the router of a folder, with this checklist in the place of its stored version."""
    words = {name: phrases for name, phrases in _words_of(folder) if name != checklist.id}
    return Router(words | {checklist.id: checklist.head.words})


def _words_of(folder: Path) -> Iterator[tuple[str, Mapping[CompleteLanguage, RoutingPhrases]]]:
    for path in checklist_files(folder):
        text = read_text(path)
        entry = _words_in(text) if isinstance(text, str) and "\nwords:" in text else None
        if entry is not None:
            yield entry


# Each file of a folder is judged with all the others, so the same text is read many times.
@lru_cache(maxsize=64)
def _words_in(text: str) -> tuple[str, Mapping[CompleteLanguage, RoutingPhrases]] | None:
    """Return a checklist's id and its routing words, or None if either can't be read."""
    root, _ = read_yaml(text, file="")
    named, words = (root.get("checklist"), root.get("words")) if root else (None, None)
    if named is None or words is None:
        return None
    # A mistake in it is reported when that file itself is examined.
    try:
        return str(named.value), _WORDS.validate_python(words.plain())
    except ValidationError:
        return None
