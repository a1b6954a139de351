"""
The texts of every message to an author: one registry, `messages.yaml`, in both languages.

A `Phrase` is a code with its parameters; it is worded only when it is displayed, in the reader's
language. Parameters may be phrases themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from diagnostics.texts import LANGUAGES, load_catalogue, one_line
from intake.authoring.near_words import lookalike, near_word
from intake.journey.conditions import scalar_text
from intake.journey.model import Text

MessageSeverity = Literal["error", "warning"]
PAGE: Final[Mapping[str, str]] = {"en": "docs/checklists.md", "ru": "docs/checklists.ru.md"}
_MOST_LISTED: Final = 12


@dataclass(frozen=True, slots=True)
class Phrase:
    """The code of a text in the registry, with the values of its parameters."""

    code: str
    parameters: tuple[tuple[str, Value], ...] = ()

    def in_(self, language: str) -> str:
        """Return the text in a language; in English if the registry lacks that language."""
        template = registry()[self.code].words
        values = {name: _in_words(value, language) for name, value in self.parameters}
        return template.get(language, template["en"]).format(**values)

    def with_(self, **parameters: Value) -> Phrase:
        """Return a copy with some parameters added or replaced."""
        return Phrase(self.code, tuple((dict(self.parameters) | parameters).items()))


@dataclass(frozen=True, slots=True)
class Listed:
    """An enumeration: "a, b or c"; `joint` names the phrase before the last part."""

    parts: tuple[Value, ...]
    joint: Literal["comma", "and", "or"] = "comma"

    def in_(self, language: str) -> str:
        """Return the enumeration in a language."""
        words = [_in_words(part, language) for part in self.parts]
        comma, joint = Phrase("comma").in_(language), Phrase(self.joint).in_(language)
        if len(words) < 2:  # noqa: PLR2004 - one thing needs no joint
            return "".join(words)
        return f"{comma.join(words[:-1])}{joint}{words[-1]}"


@dataclass(frozen=True, slots=True)
class Translated:
    """An author's own words in a message, by language."""

    lines: tuple[tuple[str, str], ...]

    def in_(self, language: str) -> str:
        """Return the text in a language; the first text if there is none in that language."""
        lines = dict(self.lines)
        return lines.get(language) or next(iter(lines.values()), "")


Value = str | int | Phrase | Listed | Translated


def translated(text: Text) -> Translated:
    """Return an author's text in every language, cut to the length of a message."""
    return Translated(tuple((language, cut(text.in_(language))) for language in LANGUAGES))


def _in_words(value: Value, language: str) -> str:
    return value.in_(language) if isinstance(value, Phrase | Listed | Translated) else str(value)


def phrase(code: str, **parameters: Value) -> Phrase:
    """Return a text of the registry with the values of its parameters."""
    return Phrase(code, tuple(parameters.items()))


def shape_of(raw: object) -> Phrase:
    """Return a description of a value for a message that expected another kind of value."""
    if raw is None:
        return phrase("nothing")
    if isinstance(raw, dict):
        return phrase("a-mapping")
    if isinstance(raw, list | tuple):
        return phrase("a-list")
    return phrase("quoted", word=cut(scalar_text(raw)))


def cut(text: str, most: int = 60) -> str:
    """Return an author's text on one line, cut to `most` characters."""
    return one_line(text, most)


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """The entry of a code in the registry; `topic` is empty for parts of messages."""

    words: Mapping[str, str]
    severity: MessageSeverity = "error"
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of messages, as the reference lists them."""

    title: str
    codes: tuple[str, ...]


@cache
def _file() -> Mapping[str, Mapping[str, Any]]:
    return load_catalogue(Path(__file__).parent / "texts" / "messages.yaml")


@cache
def registry() -> Mapping[str, MessageEntry]:
    """Return every message and phrase by its code."""
    entries = {code: MessageEntry(words) for code, words in _file()["phrases"].items()}
    for topic, group in _file()["topics"].items():
        for code, entry in group["messages"].items():
            words: dict[str, str] = {language: entry[language] for language in LANGUAGES}
            entries[code] = MessageEntry(words, entry.get("severity", "error"), topic)
    return entries


@cache
def topics() -> Mapping[str, Topic]:
    """Return the groups of messages by name, in the order of the registry."""
    return {
        name: Topic(str(group["title"]), tuple(group["messages"]))
        for name, group in _file()["topics"].items()
    }


def hint(word: str, allowed: Iterable[str], *, at_most: int = _MOST_LISTED) -> Phrase:
    """Return the end of a message about an unknown word: the closest match, or the known words."""
    known = tuple(allowed)
    if (alike := lookalike(word, known)) is not None:
        return phrase("russian-letters", near=alike)
    if not known:
        return phrase("none")
    listed, more = Listed(known[:at_most]), len(known) - at_most
    tail = phrase("allowed", listed=listed)
    if more > 0:
        tail = phrase("allowed-and-more", listed=listed, more=more)
    if (near := near_word(word, known)) is not None:
        # A typo has one answer; the list stands in for it where that word alone mends nothing.
        return phrase("did-you-mean", near=near).with_(instead=tail)
    return tail


def hint_of(near: str | None, word: str, allowed: Iterable[str]) -> Phrase:
    """Return `hint`, but suggest `near` if the caller knows it."""
    known = tuple(allowed)
    if near is None or lookalike(word, known) is not None:
        return hint(word, known)
    return phrase("did-you-mean", near=near)


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Return `hint` in English, for messages that are not in the registry."""
    return hint(word, allowed).in_("en")
