"""Names in braces in an author's texts: `{site}`, `{web.first-byte-ms}`; `{{` is a brace."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from diagnostics.texts import ELLIPSIS, LANGUAGES, more_languages
from intake.journey.model import Text, texts_of

ModelT = TypeVar("ModelT", bound=BaseModel)
# What a name stands for, in words of a language; None where it isn't known.
SayValue = Callable[[str, str], str | None]

_BRACES: Final = re.compile(r"\{\{|\}\}|\{([a-z0-9][a-z0-9_.-]*)\}")
_DOUBLED: Final = {"{{": "{", "}}": "}"}


def names_in_line(line: str) -> list[str]:
    """The names in braces of one line."""
    return [match[1] for match in _BRACES.finditer(line) if match[1]]


def names_in(text: Text) -> frozenset[str]:
    """The names in braces of a text, in any language; those of its `otherwise` aside."""
    return frozenset(name for line in text.lines.values() for name in names_in_line(line))


def fill_line(line: str, say: Callable[[str], str]) -> str:
    """
    A line with the values in the place of their names.

    Read once: a value comes from a customer or a stranger's server, and is never read for names.
    """
    if not _is_braced(line):
        return line
    return _BRACES.sub(lambda match: say(match[1]) if match[1] else _DOUBLED[match[0]], line)


def fill_text(text: Text, say: SayValue) -> Text:
    """A text with its values; what stands under its `otherwise` where one of them isn't known."""
    if not any(map(_is_braced, text.lines.values())):
        return text
    if text.otherwise is not None and any(say(name, "en") is None for name in names_in(text)):
        return fill_text(text.otherwise, say)

    def filled(language: str) -> str:
        return fill_line(text.in_(language), lambda name: say(name, language) or ELLIPSIS)

    written = (language for language in LANGUAGES if language in text.languages)
    lines: Any = {language: filled(language) for language in (*written, *more_languages())}
    # Not validated: with its values a text may be longer than an author may write, and the
    # languages of an operator stand beside the complete ones.
    return Text.model_construct(root=lines)


def fill_model(model: ModelT, say: SayValue) -> ModelT:
    """A step, or a part of one, with the values in all its texts; itself where it has none."""
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
    """The names in braces of all texts of a step."""
    return frozenset(name for _, text in texts_of(model) for name in names_in(text))


def has_braces(model: BaseModel) -> bool:
    """Whether a text of a step has a brace."""
    return any(_is_braced(line) for _, text in texts_of(model) for line in text.lines.values())


def _is_braced(line: str) -> bool:
    return "{" in line or "}" in line
