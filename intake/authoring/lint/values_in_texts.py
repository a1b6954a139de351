"""Checks names in braces in texts: whether each stands for a value with a wording."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from intake.authoring.lint.names import Names
from intake.authoring.lint.other_notations import mistakes_of_marks
from intake.authoring.messages import Listed, Phrase, phrase
from intake.authoring.near_words import lookalike, near_word
from intake.authoring.problems import Mistake, Place
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.kinds.units import unit_of
from intake.journey.model import OTHERWISE, KeyPath, Text, texts_of
from intake.journey.placeholders import names_in, names_in_line
from intake.journey.steps import Step

# The keys whose texts values are filled into; other texts are shown before any answer is known.
TEXTS_WITH_VALUES: Final = ("text", "short", "why", "help", "do", "choices", "link", "picture")
_NAME: Final = re.compile(r"(?<![{$%])\{[a-z0-9][a-z0-9_.-]*\}(?!\})")
# `{{` is a literal brace, but around a name it is another tool's placeholder.
_HABIT: Final = re.compile(r"\{\{\s*([\w.:-]+)\s*(?:\|[^{}]*)?\}\}|[$%]\{([^{}]*)\}")
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_WITH_WORD: Final = re.compile(r"\{([a-z0-9][a-z0-9_.-]*)\}[ \u00a0]?(%|[^\W\d_]+)")
_DOUBLED: Final = re.compile(r"\{\{|\}\}")


def mistakes_of_values(step: Step, node: Node, names: Names, name: str) -> Iterator[Mistake]:
    """Yield the mistakes of names in braces in a step's texts."""
    for path, text in texts_of(step):
        key = str(path[0])
        if key in TEXTS_WITH_VALUES:
            at = phrase("step-key", step=name, key=key)
            yield from mistakes_of_names(text, path, node, names, at)
        else:
            yield from mistakes_of_braces(path, text)


def mistakes_of_braces(path: KeyPath, text: Text) -> Iterator[Mistake]:
    """Yield a mistake for names in braces, or `otherwise`, in a text without values."""
    if text.otherwise is not None:
        yield Mistake((*path, OTHERWISE), phrase("otherwise-idle"), on_key=True)
        return
    for language, line in text.lines.items():
        if "{" in line or "}" in line:
            yield Mistake((*path, language), phrase("no-values-here", key=str(path[-1])))
            return  # in the other language it is the same mistake


def mistakes_of_names(
    text: Text, path: KeyPath, node: Node, names: Names, at: Phrase
) -> Iterator[Mistake]:
    """Yield the mistakes of names in braces in one text."""
    if text.otherwise is not None and not names_in(text):
        yield Mistake((*path, OTHERWISE), phrase("otherwise-idle"), on_key=True)
    lines = text.lines
    marks = list(mistakes_of_marks(path, text, names.sayable()))
    yield from marks or _in_one_language(lines, path, names.sayable())
    yield from _unit_twice(lines, path, names)
    mentioned: set[str] = set()
    reported: set[str] = set()
    for language, line in lines.items():
        here: KeyPath = (*path, language) if language else path
        for left in names_in_line(line):
            meant = names.resolve_in_text(left, at)
            if meant.wrong is None or left in mentioned or not _is_name(line, left):
                continue
            # In the other language it is the same mistake, and one correction can't mend both.
            mentioned.add(left)
            place = place_in(node, here, left) if _stands_once(lines, left) else None
            near = meant.suggestion if place is not None else None
            yield Mistake(here, meant.wrong, near, place=place)
        # A template of another tool is reported with its braces.
        is_judged = any(mark.code == "template-in-text" for mark in marks)
        wrong = None if is_judged else _brace_that_names_nothing(line, names)
        if wrong is not None:
            written, near = wrong
            # The names that only another language has.
            only_there = [name for name in names_in(text) if f"{{{name}}}" not in line]
            known = [name for name in only_there if name in names.sayable()]
            near = near or (known[0] if written and len(known) == 1 else None)
            place = place_in(node, here, written) if near else None
            correction = f"{{{near}}}" if place is not None else None
            words = phrase("placeholder-open")
            if written and not near and not written.isascii():
                words = phrase(
                    "name-russian", words=written, listed=Listed(tuple(names.sayable()[:8]))
                )
            if near and lookalike(written.strip("{} "), [near]):
                words = phrase("name-lookalike", words=written, name=near)
            elif near:
                words = phrase("name-marked", words=written, name=near)
            # The other language usually has the same mistake: report it once.
            if f"{words.code}{near}" in reported:
                continue
            reported.add(f"{words.code}{near}")
            yield Mistake(here, words, correction, place=place)


def _unit_twice(lines: Mapping[str, str], path: KeyPath, names: Names) -> Iterator[Mistake]:
    """Yield a mistake for a unit after a value that includes it: "in 3 days days"."""
    for language, line in lines.items():
        for name, after in _WITH_WORD.findall(line):
            unit = {word.casefold() for word in names.unit_words(name)}
            if after.casefold() in unit or (
                unit_of(after) and unit_of(after) in map(unit_of, unit)
            ):
                words = phrase("unit-twice", name=name, word=after)
                yield Mistake((*path, language), words)
                return


def _in_one_language(
    lines: Mapping[str, str], path: KeyPath, sayable: Collection[str]
) -> Iterator[Mistake]:
    """Yield a mistake for a value that one language names and another doesn't."""
    named = {language: set(names_in_line(line)) for language, line in lines.items()}
    everywhere = set().union(*named.values())
    for language, names in named.items():
        for lacking in sorted(everywhere - names):
            # Unknown names and other tools' placeholders are reported themselves.
            if (
                lacking in sayable
                and not any(names - set(sayable))
                and not {"{", "}"} & set(_rest(lines[language]))
            ):
                words = phrase("value-in-one", name=lacking, language=language)
                yield Mistake((*path, language), words)
                return


def _rest(line: str) -> str:
    return _NAME.sub("", line)


def _is_name(line: str, left: str) -> bool:
    return f"{{{left}}}" in _NAME.findall(line)


def _stands_once(lines: Mapping[str, str], left: str) -> bool:
    return sum(line.count(f"{{{left}}}") for line in lines.values()) == 1


def _brace_that_names_nothing(line: str, names: Names) -> tuple[str, str | None] | None:
    """Return a placeholder that isn't a name, with the likely name; None if there is none."""
    rest = _NAME.sub("", line)
    single = _DOUBLED.sub("", rest)
    habit = _HABIT.search(rest) or _IN_BRACES.search(single)
    if habit is not None:
        inner = next(filter(None, habit.groups()), "").strip()
        # Some tools put a kind before the name: `{{field:site}}`, `{answers.site}`.
        bare = re.split(r"[:.]", inner)[-1]
        near = near_word(inner, names.sayable()) if inner else None
        return habit[0], near or (bare if bare in names.sayable() else None)
    return ("", None) if set("{}") & set(single) else None


def place_in(node: Node, path: KeyPath, words: str) -> Place | None:
    """Return the place of words inside a text on one line; None if quotes or escapes shift it."""
    inner: Node | None = node
    for part in path:
        inner = inner.below(part) if inner is not None else None
    if inner is None or not isinstance(inner.value, str):
        return None
    # Quotes make a text two characters longer; escapes and folding change it further.
    quotes = inner.place.length - len(inner.value)
    if quotes not in (0, 2) or words not in inner.value:
        return None
    column = inner.place.column + quotes // 2 + inner.value.index(words)
    return Place(inner.place.line, column, len(words))
