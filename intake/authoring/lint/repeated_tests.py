"""Compares tests with each other: equal ones, and patterns that reject all of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from intake.authoring.lint.limits import is_letter_lost
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake, Problem
from intake.authoring.syntax.parsed_file import ParsedFile
from intake.journey.answer_constraints import pattern_error
from intake.journey.conditions import scalar_text
from intake.journey.model import Scenario
from intake.journey.steps import Ask

_MIN_REFUSED: Final = 2  # rejected answers from which the pattern is the likelier mistake


def mistakes_of_twins(tests: Sequence[Scenario], lines: Mapping[int, int]) -> Iterator[Mistake]:
    """Yield a mistake for a test that equals another but for its name; `lines` by index."""
    first: dict[str, int] = {}
    for index, scenario in enumerate(tests):
        content = repr(scenario.model_copy(update={"name": ""}))
        other = first.setdefault(content, index)
        if other != index and scenario.name != tests[other].name:
            words = phrase("test-same", other=cut(tests[other].name), line=lines[other])
            yield Mistake(("tests", index, "name"), words)


def problems_of_patterns(parsed: ParsedFile, refused: Mapping[str, int]) -> Iterator[Problem]:
    """
    Yield a problem for a pattern that rejects every answer of the tests to its question.

    `refused` is the number of answers that each question's `accept` rejects.
    """
    for entry in parsed.entries:
        ask = entry.step
        if not isinstance(ask, Ask) or ask.accept is None or not ask.accept.pattern:
            continue
        answers = [
            scalar_text(scenario.answers[ask.id])
            for scenario in (parsed.head.tests if parsed.head else ())
            if ask.id in scenario.answers
            and not isinstance(scenario.answers[ask.id], dict | list | None)
        ]
        if len(answers) < _MIN_REFUSED or refused.get(ask.id, 0) < len(answers):
            continue
        if not pattern_error(ask.accept.pattern) and not is_letter_lost(ask.accept.pattern):
            listed = cut(", ".join(dict.fromkeys(answers)))
            words = phrase("pattern-takes-nothing", name=ask.id, listed=listed)
            yield Problem.at(entry.file, entry.node.find(("accept", "pattern")), words)
