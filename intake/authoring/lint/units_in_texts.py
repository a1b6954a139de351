"""Checks the units in texts: those of the question's numbers, and equal ones in all languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Final

from intake.authoring.lint.numbers_in_texts import numbers_in
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.kinds.units import Unit, unit_of, words_in_texts
from intake.journey.model import KeyPath, Text
from intake.journey.steps import Ask

_QUANTITIES: Final = ("size", "time")
_ASKED_IN: Final = (
    r"(?:how many|in|enter(?: the)?|number of|сколько|в|укажите|введите|число|количество)\s+"
)
_NUMBER: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*$")
_UNREAD: Final = re.compile(
    r"\b(?:half|quarter|couple|few|several|two|three|four|five|six|ten|twelve|twenty|thirty|fortnight"
    r"|пол\w*|четверть|пар[аыу]|несколько|дв[ае]|дву[хм]\w*|тр[её]\w*|четыр\w*|пят\w+|шест\w+|десят\w+|двенадцат\w+"
    r"|двадцат\w+|тридцат\w+"
    r"|(?:минут|час|дн|сут|недел|месяц|лет)\w*"
    r"\s+(?:через\s+)?(?:\d+|до|на)|полтора|полутора|кажд\w+ \w+й)\b",
    re.IGNORECASE,
)
_COUNTS: Final = frozenset(
    {"pcs", "pieces", "times", "people", "шт", "штук", "раз", "человек", "%"}
)
_TOLERANCE: Final = 0.05  # ratio: a month has 30 or 31 days


def mistakes_of_unit(ask: Ask) -> Iterator[Mistake]:
    """Yield one mistake if a question asks for megabytes and its `unit` is gigabytes."""
    if ask.unit is None or ask.kind != "number":
        return
    texts = [("text", ask.text), ("short", ask.short), ("help", ask.help), ("unit", ask.unit)]
    if ask.accept is not None:
        texts.append(("say", ask.accept.say))
    own = _units_in(ask.unit)
    known = {language: _unit_or_count(words) for language, words in ask.unit.lines.items()}
    # An unknown word may be slang for the same unit.
    is_read = None not in known.values() and any(isinstance(u, Unit) for u in known.values())
    if is_read and len(set(known.values())) > 1:
        lines = ask.unit.lines
        here = next(iter(known))
        other = next(language for language, unit in known.items() if unit != known[here])
        words = phrase("units-apart", here=cut(lines[here]), language=here, there=cut(lines[other]))
        yield Mistake(("unit", other), words)
        return
    for key, text in texts:
        named = _units_in(text, asked_in=True) if text is not None else {}
        quantity = {unit: word for unit, word in named.items() if _is_of(unit, own)}
        # A text that also names the question's own unit explains the conversion.
        if text is None or not quantity or not own or set(_units_in(text)) & set(own):
            continue
        word = next(iter(quantity.values()))
        path: KeyPath = ("accept", "say") if key == "say" else (key,)
        words = phrase("unit-in-text", word=word, name=ask.id, unit=cut(ask.unit.in_("en")))
        yield Mistake(path, words)
        return


def _unit_or_count(words: str) -> Unit | str | None:
    """Return the unit of a word, the word itself if it counts things, or None for other words."""
    plain = words.strip(" .").casefold()
    return unit_of(words) or (plain if plain in _COUNTS else None)


def _is_of(unit: Unit, own: Collection[Unit]) -> bool:
    """Check whether a unit measures the same quantity as these units, and is another one."""
    return unit not in own and any(unit.quantity == other.quantity for other in own)


def _units_in(text: Text, *, asked_in: bool = False) -> dict[Unit, str]:
    """Return the units in a text by their words; `asked_in`: times only if asked for in them."""
    named_units: dict[Unit, str] = {}
    for line in text.lines.values():
        for quantity in _QUANTITIES:
            for unit, pattern in _patterns(quantity, asked_in=asked_in).items():
                if (match := pattern.search(line)) is not None:
                    named_units.setdefault(unit, match["unit"])
    return named_units


@cache
def _patterns(quantity: str, *, asked_in: bool = False) -> dict[Unit, re.Pattern[str]]:
    begin = rf"\b{_ASKED_IN}" if asked_in and quantity == "time" else r"(?<![\w-])"
    return {
        unit: re.compile(rf"{begin}(?P<unit>{'|'.join(words)})(?![\w-])", re.IGNORECASE)
        for unit, words in words_in_texts(quantity).items()
    }


def mistakes_of_spans(path: KeyPath, lines: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield a mistake if a time span differs between languages: "every hour", «раз в 3 дня»."""
    # Numbers in words aren't read, and «минут через 20» is approximate.
    if (
        len(lines) == 1
        or path[-1] in ("example", "unit")
        or any(_UNREAD.search(line) for line in lines.values())
    ):
        return
    spans = {language: _spans(line) for language, line in lines.items()}
    (first, here), *others = spans.items()
    for language, there in others:
        if len(here) != 1 or len(there) != 1:
            continue
        (span, length), (other, theirs) = here[0], there[0]
        # Different numbers are reported by `numbers_in_texts.py`.
        if numbers_in(span) and numbers_in(other) and numbers_in(span) != numbers_in(other):
            continue
        if abs(length - theirs) > _TOLERANCE * max(length, theirs):
            words = phrase("spans-differ", here=other, language=first, there=span)
            yield Mistake((*path, language), words)
            return


def _spans(line: str) -> list[tuple[str, float]]:
    """Return the time spans in a text, as written and in milliseconds."""
    spans: list[tuple[str, float]] = []
    for unit, pattern in _patterns("time").items():
        for match in pattern.finditer(line):
            number = _NUMBER.search(line[: match.start()])
            count = float(number[1].replace(",", ".")) if number else 1.0
            written = f"{number[1]} {match[0]}" if number else match[0]
            spans.append((written, count * unit.factor))
    return spans
