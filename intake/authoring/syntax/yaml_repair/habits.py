"""
Repairs other tools' syntax: `//` before a comment, `=` between key and value, numbered lists.

These are guesses for the place where reading stopped: elsewhere the same signs may be a part of a
text of several lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from intake.authoring.messages import Phrase, phrase
from intake.authoring.syntax.yaml_repair.line_edits import KNOWN, Repair

_SLASHES = re.compile(r"^(?P<lead>\s*)(?://+\s?(?=\S)|<!--\s?)")
_EQUALS = re.compile(rf"^(?P<lead>\s*(?:- +)?(?:{KNOWN}))\s*=\s*(?=\S)")
_ARROWS: Final = {
    mark: re.compile(rf"^(?P<lead>\s*(?:- +)?[\w.-]*\w)\s*{mark}\s*(?=\S)")
    for mark in ("=>", "->", ":=", "→")
}
_PLUS = re.compile(rf"^\+(?=\s*(?:- +)?(?:{KNOWN}):\s)")
_MIXED = re.compile(r"^(?P<lead>\s*(?:- +)?[\w.-]+:\s+)\"(?P<words>[^\"]*)[\u00bb\u201c\u201d]\s*$")
_TWO_KEYS = re.compile(r"^(?P<lead>\s+(?:given|answers|expect):\s+)(?P<inner>[\w-]+:\s+\{.*\})\s*$")
_COMMA_AT_END = re.compile(
    rf"^(?P<whole>\s*(?:- +)?(?:{KNOWN}):\s+(?:\{{.*\}}|\[.*\]|\"[^\"]*\"|'[^']*'))\s*[,;]\s*$"
)
_NUMBERED = re.compile(
    r"^(?P<lead>\s*)(?P<mark>\d{1,2}[.)])(?P<gap> +)"
    r"(?=\{\s*(?:en|ru|when|otherwise):|(?:en|ru):\s|[\"'])"
)


def habits_near(lines: Sequence[str], places: Sequence[int]) -> Iterator[Repair]:
    """Yield repairs of the lines at these indexes, with the adjacent lines of the same habit."""
    for index in dict.fromkeys(place for place in places if 0 <= place < len(lines)):
        for words, repaired in _HABITS:
            if repaired(lines[index]) != lines[index]:
                yield _run(lines, index, words, repaired)


def _run(
    lines: Sequence[str],
    index: int,
    words: Callable[[Phrase], Phrase],
    repaired: Callable[[str], str],
) -> Repair:
    begin, end = index, index + 1
    while begin > 0 and repaired(lines[begin - 1]) != lines[begin - 1]:
        begin -= 1
    while end < len(lines) and repaired(lines[end]) != lines[end]:
        end += 1
    changed = {at: repaired(lines[at]) for at in range(begin, end)}
    more = phrase("lines-below", count=end - begin - 1) if end - begin > 1 else phrase("none")
    first = zip(lines[begin], changed[begin], strict=False)
    at = next((place for place, (old, new) in enumerate(first) if old != new), 0)
    return Repair(words(more), begin, at, 1, changed, is_block=end - begin > 1)


def _with_hash(line: str) -> str:
    return (
        _SLASHES.sub(r"\g<lead># ", line).removesuffix("-->").rstrip()
        if _SLASHES.match(line)
        else line
    )


def _with_colon_for_equals(line: str) -> str:
    return _EQUALS.sub(r"\g<lead>: ", line)


def _with_colon_for(mark: str) -> Callable[[str], str]:
    return lambda line: _ARROWS[mark].sub(r"\g<lead>: ", line)


def _words_of_mark(mark: str) -> Callable[[Phrase], Phrase]:
    return lambda more: phrase("equals-sign", mark=mark, more=more)


def _without_plus(line: str) -> str:
    return _PLUS.sub("", line)


def _with_both_quotes(line: str) -> str:
    return _MIXED.sub(r'\g<lead>"\g<words>"', line)


def _with_braces(line: str) -> str:
    return _TWO_KEYS.sub(r"\g<lead>{\g<inner>}", line)


def _without_comma(line: str) -> str:
    return _COMMA_AT_END.sub(r"\g<whole>", line)


def _with_dash(line: str) -> str:
    # Of the same width, so that the lines below keep their alignment.
    return _NUMBERED.sub(lambda at: f"{at['lead']}-{' ' * (len(at['mark'] + at['gap']) - 1)}", line)


_HABITS: Final[tuple[tuple[Callable[[Phrase], Phrase], Callable[[str], str]], ...]] = (
    (lambda more: phrase("remark-slashes", more=more), _with_hash),
    (lambda more: phrase("equals-sign", mark="=", more=more), _with_colon_for_equals),
    *((_words_of_mark(mark), _with_colon_for(mark)) for mark in _ARROWS),
    (lambda more: phrase("plus-at-start", more=more), _without_plus),
    (lambda more: phrase("mixed-quotes", more=more), _with_both_quotes),
    (lambda more: phrase("comma-at-end", more=more), _without_comma),
    (lambda more: phrase("two-keys", more=more), _with_braces),
    (lambda more: phrase("numbered-line", more=more), _with_dash),
)
