"""Repairs texts of several lines: not indented, begun beside '>', or without '>'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.messages import phrase
from intake.authoring.syntax.yaml_repair.line_edits import TEXT_KEYS, Repair, quoted

_MAX_LINES: Final = 12  # of one text
_BEGUN: Final = re.compile(r"(?P<lead> *(?:- +)?)(?P<key>[\w-]+):\s+[|>][-+]?\d?\s*$")
_AT_MARK: Final = re.compile(
    r"(?P<lead> *(?:- +)?)(?P<key>[\w-]+):\s+(?P<mark>[|>][-+]?)\s*(?P<text>[^\s#].*)$"
)
_ALONE: Final = re.compile(r"(?P<lead> *(?:- +)?)(?P<key>[\w-]+):\s*$")
_ANOTHER_KEY: Final = re.compile(r" *(?:- +)?[\w-]+:(?:\s|$)| *- | *#|\s*$")


def repairs_of_block_text(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield repairs of the text at or above the line where reading stopped."""
    yield from _begun_at_mark(lines, index)
    for begin in range(index, max(index - _MAX_LINES, -1), -1):
        if (begun := _BEGUN.match(lines[begin])) is not None:
            yield from _not_deeper(lines, begin, begun)
            return
        if (alone := _ALONE.match(lines[begin])) is not None:
            yield from _without_mark(lines, begin, alone)
            return


def _not_deeper(lines: Sequence[str], begin: int, begun: re.Match[str]) -> Iterator[Repair]:
    """Yield the repair of `en: >` whose lines are in the column of `en`."""
    column, end = len(begun["lead"]), begin + 1
    while end < len(lines) and _column(lines[end]) <= column and not _ANOTHER_KEY.match(lines[end]):
        end += 1
    if end == begin + 1:
        return
    changed = {at: " " * (column + 2) + lines[at].strip() for at in range(begin + 1, end)}
    words = phrase("text-not-deeper", key=begun["key"])
    length = len(lines[begin + 1].strip())
    at = _column(lines[begin + 1])
    yield Repair(words, begin + 1, at, length, changed, is_block=True)


def _begun_at_mark(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `en: | The first line`, where the text must begin below the mark."""
    match = _AT_MARK.match(lines[index])
    if match is None:
        return
    end = _end_of_text(lines, index, len(match["lead"]))
    is_alone = end == index + 1
    # The sign may belong to the text, such as "> 5 seconds".
    if is_alone and (match["key"] not in TEXT_KEYS or not match["text"][0].isalpha()):
        return
    text = " ".join([match["text"], *(line.strip() for line in lines[index + 1 : end])])
    words = phrase("text-beside-bar", mark=match["mark"])
    whole = f"{match['lead']}{match['key']}: {quoted(text)}"
    changed = {index: whole} | dict.fromkeys(range(index + 1, end), "")
    yield Repair(words, index, match.start("mark"), 1, changed, is_block=True)


def _without_mark(lines: Sequence[str], begin: int, alone: re.Match[str]) -> Iterator[Repair]:
    """Yield the repair of a text of several lines without `>`, with a colon in one of them."""
    end = _end_of_text(lines, begin, len(alone["lead"]))
    own = lines[begin + 1 : end]
    colon = next((at for at, line in enumerate(own) if ": " in line), None)
    if alone["key"] not in TEXT_KEYS or colon is None or len(own) < 2:  # noqa: PLR2004
        return
    if own[0].strip().partition(":")[0] in TEXT_KEYS:
        return
    text = " ".join(line.strip() for line in own)
    changed = {begin: f"{alone['lead']}{alone['key']}: {quoted(text)}"}
    changed |= dict.fromkeys(range(begin + 1, end), "")
    at = begin + 1 + colon
    yield Repair(phrase("colon-in-text"), at, lines[at].index(": "), 1, changed, is_block=True)


def _end_of_text(lines: Sequence[str], begin: int, column: int) -> int:
    end = begin + 1
    while end < len(lines) and lines[end].strip() and _column(lines[end]) > column:
        end += 1
    return end


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
