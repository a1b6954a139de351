"""One line of YAML as its author meant it: texts in quotes, spaces, commas and dashes put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import Phrase, phrase
from intake.journey.model import Expect, Head, Row, Scenario, SectionHead, TicketRules
from intake.journey.steps import STEP_MODELS, Accept

MAX_LINE: Final = 2_000  # characters; what a longer line means is not guessed
_MODELS = (*STEP_MODELS.values(), Accept, Head, SectionHead, TicketRules, Row, Scenario, Expect)
KNOWN_KEYS: Final = frozenset(
    [info.alias or name for model in _MODELS for name, info in model.model_fields.items()]
    + ["steps", *LANGUAGES]
)
TEXT_KEYS: Final = frozenset(
    {"title", "about", "text", "short", "why", "help", "example", "unit", "say", "subject"}
    | set(LANGUAGES)
)
# The longest first: of alternatives an expression takes the first that fits, not the longest.
_KNOWN = "|".join(sorted(map(re.escape, KNOWN_KEYS), key=len, reverse=True))
_STEPS = "|".join(STEP_MODELS)
KEY_LINE: Final = re.compile(rf"\s*(?:- +)?(?:{_KNOWN}):(?:\s|$)")
_KEY = r"""[A-Za-z0-9_.-]+|"[^"]*"|'[^']*'"""
_LINE = re.compile(rf"(?P<lead>\s*(?:- +)*)(?:(?:{_KEY})\s*:(?:\s+|$))?(?P<value>.*)")
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*\'""")
# The escapes of YAML 1.2, section 5.7.
_BAD_ESCAPE = re.compile(r"""(?:[^\\]|\\\\)*(\\[^0abtnvfre "/\\N_LPxuU])""")
_FLOW_MAP = re.compile(rf"\{{\s*(?:{_KEY})\s*:")
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]{0,2}\s*(?:#.*)?")
_CURLY = {"\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}"} | {
    "\N{DOUBLE LOW-9 QUOTATION MARK}": "\N{LEFT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """
    A slip and how to repair it: what is wrong at which column, and the lines as they were meant.

    `lines` are by index; the first is the one to suggest, and stands where the slip does.
    """

    words: Phrase
    line: int
    column: int
    length: int
    lines: Mapping[int, str]

    @property
    def suggestion(self) -> str:
        """The corrected line."""
        return next(iter(self.lines.values()))


class Edit(NamedTuple):
    """A part of a line to write anew, and why; `at` and `length` are what to underline."""

    start: int
    end: int
    new: str
    words: Phrase
    at: int
    length: int


def quoted(text: str) -> str:
    """A text in the quotes that it bears."""
    text = text.strip()
    if len(text) > 1 and _CURLY.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    # Single quotes know no escapes, so they bear what double ones don't.
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _unwrapped(value: str) -> str:
    """The words of a text whose own quotes went wrong."""
    mark = value[:1]
    if mark not in ("'", '"'):
        return value
    if value.endswith(mark) and len(value) > 1:
        inner = value[1:-1]
        return inner.replace("''", "'") if mark == "'" else inner.replace('\\"', '"')
    return value if mark in value[1:] else value[1:]


# Why a text needs quotes: what, from which character, and how long


class _Why(NamedTuple):
    words: Phrase
    at: int
    length: int = 1


def _why(value: str, *, in_flow: bool) -> _Why | None:
    """Why a value can't stand as it is; None when it can."""
    first = value[:1]
    if first in ("'", '"'):
        return _why_of_quotes(value, first)
    if _CURLY.get(first) == value[-1:] and len(value) > 1:
        return _Why(phrase("curly-quotes"), 0, len(value))
    if _begins_wrongly(value, in_flow=in_flow):
        return _Why(phrase("begins-with", mark=first), 0)
    reasons = [_Why(words, at) for words, at in _ending_marks(value, in_flow=in_flow) if at >= 0]
    return min(reasons, key=lambda why: why.at, default=None)


def _why_of_quotes(value: str, mark: str) -> _Why | None:
    if _QUOTED.fullmatch(value):
        bad = _BAD_ESCAPE.match(value) if mark == '"' else None
        return _Why(phrase("backslash"), bad.start(1), 2) if bad else None
    inner = value.find(mark, 1)
    if inner < 0:
        return _Why(phrase("not-closed", mark=mark), 0)
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
    """The value of a `key: value` or `- value` line in quotes."""
    match = _LINE.match(line)
    value = match["value"].rstrip() if match else ""
    start = match.start("value") if match else 0
    why = _why(value, in_flow=False)
    # A value in braces is for `repair_flow`; one without a letter is no text that needs quotes.
    if why is None or _FLOW_MAP.match(value) or not any(map(str.isalpha, value)):
        return None
    new = quoted(_unwrapped(value))
    return Edit(start, start + len(value), new, why.words, start + why.at, why.length)


def repair_space(line: str) -> Edit | None:
    """`kind:choice` and `-ask: site` with the space that they need."""
    # A slash behind the colon is an address rather than a value.
    if match := re.match(rf"\s*(?:- +)?(?:{_KNOWN})(:)(?=[^\s:/])", line):
        words = phrase("no-space", mark=":")
        return Edit(match.end(1), match.end(1), " ", words, match.start(1), 1)
    if match := re.match(rf"\s*(-)(?=(?:{_STEPS}|[{{]))", line):
        words = phrase("no-space", mark="-")
        return Edit(match.end(1), match.end(1), " ", words, match.start(1), 1)
    return None


def repair_dash(line: str) -> Edit | None:
    """`ask: site` as the beginning of a step."""
    # The blank at the end lets `ask:` match where nothing follows it.
    match = re.match(rf"\s*(?P<word>{_STEPS}):\s", line + " ")
    if match is None:
        return None
    word, at = match["word"], match.start("word")
    return Edit(at, at, "- ", phrase("no-dash", word=word), at, len(word))


def repair_colon(line: str) -> Edit | None:
    """`kind choice` with its colon."""
    match = re.match(rf"\s*(?:- +)?(?P<key>{_KNOWN})(?=\s+\S|\s*$)", line)
    if match is None:
        return None
    key, at = match["key"], match.start("key")
    return Edit(match.end("key"), match.end("key"), ":", phrase("no-colon"), at, len(key))


# A line of flow style


_NEXT_KEY = rf"(?:(?:{_KEY})\s*:(?=\s|$)|(?:{_KNOWN}):(?=[^\s/]))"
_VALUE_END = re.compile(rf"(?<!\s)\s*(?:,\s*(?={_NEXT_KEY})|,?\s*\}}(?=\s*(?:[,\]}}]|#|$)))")
_FLOW_KEY = re.compile(rf"\s*(?P<key>{_KEY})\s*:(?P<gap>\s*)")
_FLOW_LIST = re.compile(r"""\[[^\]{"']*\](?=\s*[,}])""")
_NO_COMMA = re.compile(rf"(?<!\s)\s+(?P<key>{_KNOWN}):\s")
_FLOW = re.compile(rf"\s*(?:- +)*(?:(?:{_KEY})\s*:\s+)?(?P<value>[\[{{])")


def repair_flow(line: str) -> list[Edit]:
    """What goes wrong inside the braces of a line, each value as it was meant."""
    match = _FLOW.match(line)
    if match is None:
        return []
    at, edits = match.start("value"), list[Edit]()
    while 0 <= at < len(line):
        at = _repair_map(line, at, edits) if line[at] == "{" else at + 1
        at = line.find("{", at) if at >= 0 else at
    return edits


def _repair_map(line: str, start: int, edits: list[Edit]) -> int:
    """Go through one `{…}`; the index behind it, or -1 when it doesn't end here."""
    at = start + 1
    while key := _FLOW_KEY.match(line, at):
        if not key["gap"] and key.end() < len(line) and key["key"] in KNOWN_KEYS:
            words = phrase("no-space", mark=":")
            edits.append(Edit(key.end(), key.end(), " ", words, key.end() - 1, 1))
        at = _repair_value(line, key.end(), edits)
        if line[at : at + 1] == ",":
            at += 1
            continue
        break
    while line[at : at + 1] in (" ", ","):
        at += 1
    if line[at : at + 1] == "}":
        return at + 1
    return -1


def _repair_value(line: str, start: int, edits: list[Edit]) -> int:
    """One value of a `{…}`; the index of the comma or brace behind it."""
    if line[start : start + 1] == "{":
        end = _repair_map(line, start, edits)
        return end if end >= 0 else len(line)
    if (listed := _FLOW_LIST.match(line, start)) is not None:
        return listed.end()
    match = _VALUE_END.search(line, start)
    end = match.start() if match else len(line.rstrip())
    parted = _NO_COMMA.search(line, start, end)
    if parted is not None and not _QUOTED.fullmatch(line[start:end]):
        words = phrase("no-comma", word=parted["key"])
        key_at = parted.start("key")
        edits.append(Edit(parted.start(), parted.start(), ",", words, key_at, len(parted["key"])))
        _quote(line, start, parted.start(), edits)
        return _repair_value(line, parted.end(), edits)
    _quote(line, start, end, edits)
    return match.start() + len(match[0]) - len(match[0].lstrip()) if match else len(line)


def _quote(line: str, start: int, end: int, edits: list[Edit]) -> None:
    value = line[start:end]
    if (why := _why(value, in_flow=True)) is not None:
        new = quoted(_unwrapped(value))
        edits.append(Edit(start, end, new, why.words, start + why.at, why.length))


def apply(line: str, edits: list[Edit]) -> str:
    """A line with its edits, from the last one to the first."""
    # From the end, so that the positions of the edits before stay right.
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        line = line[: edit.start] + edit.new + line[edit.end :]
    return line
