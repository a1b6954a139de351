"""Edits that repair one line of YAML: quotes, spaces, colons and dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Final, NamedTuple

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import Phrase, phrase
from intake.journey.acceptance import Accept
from intake.journey.model import Expect, Head, Row, Scenario, SectionHead, TicketRules
from intake.journey.steps import STEP_MODELS

MAX_LINE: Final = 2_000  # characters; no guess is made about a longer line
_MODELS = (*STEP_MODELS.values(), Accept, Head, SectionHead, TicketRules, Row, Scenario, Expect)
KNOWN_KEYS: Final = frozenset(
    [info.alias or name for model in _MODELS for name, info in model.model_fields.items()]
    + ["steps", *LANGUAGES]
)
TEXT_KEYS: Final = frozenset(
    {"title", "about", "text", "short", "why", "help", "example", "unit", "say", "subject"}
    | set(LANGUAGES)
)
# The longest first: a regular expression takes the first alternative that matches.
KNOWN: Final = "|".join(sorted(map(re.escape, KNOWN_KEYS), key=len, reverse=True))
_STEPS = "|".join(STEP_MODELS)
KEY_LINE: Final = re.compile(rf"\s*(?:- +)?(?:{KNOWN}):(?:\s|$)")
KEY: Final = r"""[A-Za-z0-9_.-]+|"[^"]*"|'[^']*'"""
_LINE = re.compile(rf"(?P<lead>\s*(?:- +)*)(?:(?:{KEY})\s*:(?:\s+|$))?(?P<value>.*)")
QUOTED: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*\'""")
# The escapes of YAML 1.2, section 5.7.
_BAD_ESCAPE = re.compile(r"""(?:[^\\]|\\\\)*(\\[^0abtnvfre "/\\N_LPxuU])""")
_FLOW_MAP = re.compile(rf"\{{\s*(?:{KEY})\s*:")
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]{0,2}\s*(?:#.*)?")
_BOUND = re.compile(r">=? *-?\d+(?:\.\d+)? *%?")
_CURLY = {"\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}"} | {
    "\N{DOUBLE LOW-9 QUOTATION MARK}": "\N{LEFT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
    "\u00ab": "\u00bb",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """
    A mistake in YAML, with its place, and the lines that repair it.

    `lines` are by index; the first one is suggested to the author. `is_block`: the repair needs all
    of the lines. `keeps_columns`: the rest of each line stays in its columns. `is_offered`: the
    lines are suggested to the author, not only used to continue reading.
    """

    words: Phrase
    line: int
    column: int
    length: int
    lines: Mapping[int, str]
    is_block: bool = False
    keeps_columns: bool = False
    is_offered: bool = True

    @property
    def suggestion(self) -> str:
        """The corrected line, with the consecutive lines below it that change too."""
        first = next(iter(self.lines))
        run = takewhile(lambda index: index in self.lines, count(first))
        return "\n".join(self.lines[index] for index in run)


class Edit(NamedTuple):
    """A replacement within a line, and its message; `at` and `length` tell what to underline."""

    start: int
    end: int
    new: str
    words: Phrase
    at: int
    length: int


def quoted(text: str) -> str:
    """Return a text in double quotes, or in single ones if it has quotes or backslashes."""
    text = text.strip()
    if len(text) > 1 and _CURLY.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    # Single-quoted YAML has no escapes except for the quote itself.
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def unwrapped(value: str) -> str:
    """Return a text without its own faulty quotes."""
    mark = value[:1]
    if mark not in ("'", '"'):
        return value[:-1] if value[-1:] == '"' and value.count('"') == 1 else value
    if value.endswith(mark) and len(value) > 1:
        inner = value[1:-1]
        if _is_doubled(value, mark):
            return inner.strip(mark)
        return inner.replace("''", "'") if mark == "'" else inner.replace('\\"', '"')
    return value if mark in value[1:] else value[1:]


def _is_doubled(value: str, mark: str) -> bool:
    """Check whether one end of a text has its quotation mark twice."""
    is_text = len(value) > 3 and value.count(mark) == 3  # noqa: PLR2004
    return is_text and (value.startswith(mark * 2) or value.endswith(mark * 2))


# Why a text needs quotes: the message, the first character, and the length.


class _Why(NamedTuple):
    words: Phrase
    at: int
    length: int = 1


def why_needs_quotes(value: str, *, in_flow: bool) -> _Why | None:
    """Return why a value needs quotes, or None if it doesn't."""
    first = value[:1]
    if first in ("'", '"'):
        return _why_of_quotes(value, first)
    if _CURLY.get(first) == value[-1:] and len(value) > 1:
        return _Why(phrase("curly-quotes"), 0, len(value))
    if _begins_wrongly(value, in_flow=in_flow):
        return _Why(phrase("begins-with", mark=first), 0)
    if value[-1:] == '"' and value.count('"') == 1:
        return _Why(phrase("not-opened"), len(value) - 1)
    reasons = [_Why(words, at) for words, at in _ending_marks(value, in_flow=in_flow) if at >= 0]
    return min(reasons, key=lambda why: why.at, default=None)


def _why_of_quotes(value: str, mark: str) -> _Why | None:
    if QUOTED.fullmatch(value):
        bad = _BAD_ESCAPE.match(value) if mark == '"' else None
        return _Why(phrase("backslash"), bad.start(1), 2) if bad else None
    inner = value.find(mark, 1)
    if inner < 0:
        return _Why(phrase("not-closed", mark=mark), 0)
    if _is_doubled(value, mark):
        return _Why(phrase("quote-doubled"), inner, 1)
    return _Why(phrase("quote-inside"), inner)


def _begins_wrongly(value: str, *, in_flow: bool) -> bool:
    first, rest = value[:1], value[1:2]
    if first in ("|", ">") and not in_flow:
        return not _BLOCK_SCALAR.fullmatch(value)
    if first in ("[", "{"):
        return not value.endswith("]" if first == "[" else "}")
    if first in ("?", "-", ":"):
        return rest in (" ", "")
    return first != "" and first in "@`%&*!|>],}"


def _ending_marks(value: str, *, in_flow: bool) -> Iterator[tuple[Phrase, int]]:
    colon = value.find(": ")
    yield phrase("colon-in-text"), colon if colon >= 0 else _at_end(value, ":")
    hashed = value.find(" #")
    yield phrase("hash-in-text"), hashed + 1 if hashed >= 0 else -1
    if in_flow and value[:1] not in ("[", "{"):
        yield phrase("comma-in-text"), value.find(",")
        for mark in "[]{}":
            yield phrase("bracket-in-text", mark=mark), value.find(mark)


def _at_end(value: str, mark: str) -> int:
    return len(value) - 1 if value.endswith(mark) else -1


# A line of block style


def repair_text(line: str) -> Edit | None:
    """Return the edit that quotes the value of a `key: value` or `- value` line, or None."""
    match = _LINE.match(line)
    value = match["value"].rstrip() if match else ""
    start = match.start("value") if match else 0
    why = why_needs_quotes(value, in_flow=False)
    # `repair_flow` handles values in braces. A value without a letter isn't a text, except for a
    # bound such as `> 50`, which YAML reads as the start of a text of several lines.
    is_text = any(map(str.isalpha, value)) or _BOUND.fullmatch(value)
    if why is None or _FLOW_MAP.match(value) or not is_text:
        return None
    new = quoted(unwrapped(value))
    return Edit(start, start + len(value), new, why.words, start + why.at, why.length)


def repair_space(line: str) -> Edit | None:
    """Return the edit that adds the space in `kind:choice` or `-ask: site`, or None."""
    # A slash after the colon belongs to an address.
    if match := re.match(rf"\s*(?:- +)?(?:{KNOWN})(:)(?=[^\s:/])", line):
        words = phrase("no-space", mark=":")
        return Edit(match.end(1), match.end(1), " ", words, match.start(1), 1)
    if match := re.match(rf"\s*(-)(?=(?:{_STEPS}|[{{]))", line):
        words = phrase("no-space", mark="-")
        return Edit(match.end(1), match.end(1), " ", words, match.start(1), 1)
    return None


def repair_dash(line: str) -> Edit | None:
    """Return the edit that adds the dash before `ask: site`, or None."""
    # The added blank lets `ask:` match at the end of a line.
    match = re.match(rf"\s*(?P<word>{_STEPS}):\s", line + " ")
    if match is None:
        return None
    word, at = match["word"], match.start("word")
    return Edit(at, at, "- ", phrase("no-dash", word=word), at, len(word))


def repair_no_dash(line: str) -> Edit | None:
    """Return the edit that replaces the dash of `- kind: choice` by a space, or None."""
    match = re.match(r"\s*(-)(?= )", line)
    if match is None:
        return None
    return Edit(match.start(1), match.end(1), " ", phrase("extra-dash", key="-"), match.start(1), 1)


def repair_colon(line: str) -> Edit | None:
    """Return the edit that adds the colon in `kind choice`, or None."""
    match = re.match(rf"\s*(?:- +)?(?P<key>{KNOWN})(?=\s+\S|\s*$)", line)
    if match is None:
        return None
    key, at = match["key"], match.start("key")
    return Edit(match.end("key"), match.end("key"), ":", phrase("no-colon"), at, len(key))


def apply(line: str, edits: list[Edit]) -> str:
    """Return a line with edits applied."""
    # From the end, so that the positions of earlier edits remain valid.
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        line = line[: edit.start] + edit.new + line[edit.end :]
    return line
