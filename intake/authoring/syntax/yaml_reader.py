"""
Reads YAML and recovers from syntax errors.

Where the parser stops, likely repairs are tried; the first one with which reading continues is
applied, so that the rest of the file is read and every mistake is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import yaml

from intake.authoring.messages import phrase
from intake.authoring.problems import Place, Problem
from intake.authoring.syntax.yaml_events import LINE_ENDS, STUMBLES
from intake.authoring.syntax.yaml_nodes import Builder, Node
from intake.authoring.syntax.yaml_repair import (
    Repair,
    Stop,
    describe_stop,
    likely_repairs,
    repair_of_suspect,
    repairs_of_characters,
)

try:
    from yaml import CSafeLoader
except ImportError:  # an installation without libyaml
    CSafeLoader = None

# The two parsers agree but for tabs, byte order marks inside, and marks of documents.
_SLOW_PARSER_ONLY: Final = re.compile(r"[\t\ufeff\x85\u2028\u2029]|^(?:%|---|\.\.\.)", re.MULTILINE)
MAX_BYTES: Final = 256 * 1024
_MAX_REPAIRS: Final = 12
_MAX_CHARACTERS: Final = 2_000_000  # parsed by all tries of repairs together


@dataclass(slots=True)
class ParsedYaml:
    """
    The tree of a text, and the problems of its YAML.

    `repaired_lines`: lines, counted from 1, that were repaired; columns on them aren't those of the
    file. `unknown_lines`: lines with YAML features that checklists don't have, so that their values
    are unknown. `is_cut`: reading stopped; the tree ends before that step.
    """

    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    repaired_lines: set[int] = field(default_factory=set)
    unknown_lines: set[int] = field(default_factory=set)
    is_cut: bool = False


def read_yaml(text: str, *, file: str) -> tuple[Node | None, list[Problem]]:
    """Return the tree of a text, None if it can't be read, and the problems of its YAML."""
    source = parse_yaml(text, file=file)
    return None if source.is_cut else source.root, source.problems


def parse_yaml(text: str, *, file: str) -> ParsedYaml:
    """Read a text as far as possible; return its tree and the problems of its YAML."""
    # A lone surrogate can't be encoded strictly, and must not fail before it can be reported.
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        words = phrase("too-large", limit=MAX_BYTES // 1024)
        return ParsedYaml(None, [Problem.at(file, Place(1, 1), words)], is_cut=True)
    return _Reading(text, file).run()


class _Reading:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._lines = LINE_ENDS.split(text)
        self._ends = [*LINE_ENDS.findall(text), ""]
        self._parsed = ParsedYaml()
        self._repair_count = 0
        self._read = 0

    def run(self) -> ParsedYaml:
        for character_repair in tuple(repairs_of_characters(self._lines)):
            self._apply(character_repair)
        while True:
            builder, stop = self._attempt(self._lines)
            repair = self._suspected(builder) or (self._repaired(stop) if stop else None)
            if repair is None:
                break
            self._apply(repair)
        if stop is None:
            self._parsed.root = builder.root
            self._parsed.is_cut = not builder.is_whole
            self._parsed.problems += builder.problems
            self._parsed.unknown_lines |= builder.unknown_lines
            return self._parsed
        self._note(describe_stop(self._lines, stop))
        return self._cut(stop)

    def _attempt(self, lines: list[str]) -> tuple[Builder, Stop | None]:
        """Read once; return the builder, and where reading stopped, None if it didn't."""
        # Each line keeps its own line ending, so that places are those of the file.
        text = "".join(f"{line}{end}" for line, end in zip(lines, self._ends, strict=True))
        if (whole := self._attempt_fast(text, lines)) is not None:
            return whole, None
        # Imported late: valid files don't need it.
        from intake.authoring.syntax.slow_parser import Unreadable, events_of  # noqa: PLC0415

        self._read += len(text)
        builder = Builder(self._file, lines)
        for event in events_of(text):
            if isinstance(event, Stop):
                return builder, event
            if isinstance(event, Unreadable):
                builder.report(event.place, event.words)
                builder.is_whole = False
            elif not builder.take(event):
                builder.is_whole = False
                break
        return builder, None

    def _attempt_fast(self, text: str, lines: list[str]) -> Builder | None:
        """Read with libyaml, twenty times as fast; return None if there is anything to report."""
        if CSafeLoader is None or _SLOW_PARSER_ONLY.search(text):
            return None
        builder = Builder(self._file, lines)
        try:
            is_whole = all(map(builder.take, yaml.parse(text, Loader=CSafeLoader)))
        # The other parser explains why reading stopped, in sentences that `stop.py` knows.
        except (yaml.YAMLError, *STUMBLES):
            return None
        is_clean = is_whole and not builder.problems and not builder.suspects
        return builder if is_clean else None

    def _repaired(self, stop: Stop) -> Repair | None:
        """Return the first repair with which reading continues, or None."""
        self._repair_count += 1
        if self._repair_count > _MAX_REPAIRS:
            return None
        for guess in likely_repairs(self._lines, stop):
            # Counted in characters, not seconds, so that the same file always gets the same
            # messages.
            if self._read > _MAX_CHARACTERS:
                return None
            # A guess that changes nothing can't help.
            if all(self._lines[index] == line for index, line in guess.lines.items()):
                continue
            lines = list(self._lines)
            for index, line in guess.lines.items():
                lines[index] = line
            _, later = self._attempt(lines)
            if later is None or _is_passed(stop, later, guess):
                return guess
        return None

    def _suspected(self, builder: Builder) -> Repair | None:
        """Return the repair of the first line that is valid YAML but not as meant, or None."""
        for index, suspicion in builder.suspects.items():
            guess = repair_of_suspect(self._lines, index, suspicion)
            if (
                guess is not None
                and self._repair_count < _MAX_REPAIRS
                and self._read < _MAX_CHARACTERS
            ):
                self._repair_count += 1
                return guess
        return None

    def _apply(self, repair: Repair) -> None:
        self._note(repair)
        for index, line in repair.lines.items():
            self._lines[index] = line

    def _note(self, repair: Repair) -> None:
        place = Place(repair.line + 1, repair.column + 1, repair.length)
        suggestion = repair.suggestion if repair.lines and repair.is_offered else None
        self._parsed.problems.append(Problem.at(self._file, place, repair.words, suggestion))
        if not repair.keeps_columns:
            self._parsed.repaired_lines |= {index + 1 for index in repair.lines}

    def _cut(self, stop: Stop) -> ParsedYaml:
        """Return the tree of the text before the step in which reading stopped."""
        self._parsed.is_cut = True
        first = min(stop.opened if stop.is_inside else stop.line, len(self._lines) - 1)
        begun = next(
            (index for index in range(first, -1, -1) if self._lines[index].startswith("  - ")), 0
        )
        # Emptied rather than removed, so that lines keep their numbers.
        lines = [line if index < begun else "" for index, line in enumerate(self._lines)]
        builder, again = self._attempt(lines)
        if again is None and builder.is_whole:
            self._parsed.root = builder.root
            self._parsed.problems += builder.problems
        return self._parsed


def _is_passed(stop: Stop, later: Stop, repair: Repair) -> bool:
    """Check whether reading came further with the repair."""
    # An unclosed quote or brace stops far below its cause: passing the repaired line is enough.
    if repair.is_block:
        return later.line > max(stop.line, *repair.lines)
    return later.line > (max(repair.lines) if stop.is_inside else stop.line)
