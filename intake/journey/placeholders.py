"""Names in braces in an author's texts: `{site}`, `{web.first-byte-ms}`; `{{` is a brace."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from diagnostics.texts import ELLIPSIS, LANGUAGES, more_languages
from intake.journey.model import Text, texts_of

ModelT = TypeVar("ModelT", bound=BaseModel)
# (name, language) to the value in words, or None if it isn't known.
SayValue = Callable[[str, str], str | None]

_BRACES: Final = re.compile(r"\{\{|\}\}|\{([a-z0-9][a-z0-9_.-]*)\}")
_DOUBLED: Final = {"{{": "{", "}}": "}"}


def names_in_line(line: str) -> list[str]:
    """Return the names in braces in one line."""
    return [match[1] for match in _BRACES.finditer(line) if match[1]]


def names_in(text: Text) -> frozenset[str]:
    """Return the names in braces in any language of a text, without those of its `otherwise`."""
    return frozenset(name for line in text.lines.values() for name in names_in_line(line))


def fill_line(line: str, say: Callable[[str], str]) -> str:
    """
    Return a line with the names replaced by their values.

    The line is scanned once: a value comes from a customer or a stranger's server, and names in it
    are never expanded.
    """
    if not _is_braced(line):
        return line
    return _BRACES.sub(lambda match: say(match[1]) if match[1] else _DOUBLED[match[0]], line)


def fill_text(text: Text, say: SayValue) -> Text:
    """Return a text with its values, or its `otherwise` if one of them isn't known."""
    if not any(map(_is_braced, text.lines.values())):
        return text
    if text.otherwise is not None and any(say(name, "en") is None for name in names_in(text)):
        return fill_text(text.otherwise, say)

    def filled(language: str) -> str:
        return fill_line(text.in_(language), lambda name: say(name, language) or ELLIPSIS)

    written = (language for language in LANGUAGES if language in text.languages)
    lines: Any = {language: filled(language) for language in (*written, *more_languages())}
    # Not validated: with its values a text may exceed the limit for authors, and an operator's
    # additional languages aren't allowed in a checklist.
    return Text.model_construct(root=lines)


def fill_model(model: ModelT, say: SayValue) -> ModelT:
    """Return a step, or a part of one, with its texts filled; the same object if none changed."""
    changed = {}
    for name in type(model).model_fields:
        before = getattr(model, name)
        after = _filled(before, say)
        if after is not before:
            changed[name] = after
    return model.model_copy(update=changed) if changed else model


def _filled(value: Any, say: SayValue) -> Any:  # noqa: ANN401  any field
    if isinstance(value, Text):
        return fill_text(value, say)
    if isinstance(value, BaseModel):
        return fill_model(value, say)
    if isinstance(value, Mapping):
        filled: Any = {key: _filled(item, say) for key, item in value.items()}
        return filled if any(filled[key] is not value[key] for key in value) else value
    if isinstance(value, tuple):
        filled = tuple(_filled(item, say) for item in value)
        return filled if any(a is not b for a, b in zip(filled, value, strict=True)) else value
    return value


def values_in_texts(model: BaseModel) -> frozenset[str]:
    """Return the names in braces in all texts of a step."""
    return frozenset(name for _, text in texts_of(model) for name in names_in(text))


def has_braces(model: BaseModel) -> bool:
    """Check whether any text of a step contains a brace."""
    return any(_is_braced(line) for _, text in texts_of(model) for line in text.lines.values())


def _is_braced(line: str) -> bool:
    return "{" in line or "}" in line
