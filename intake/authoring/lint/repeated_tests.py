"""What only several tests together show: two that do the same, answers that no pattern takes."""

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

_FEWEST: Final = 2  # refused answers that make the pattern the likelier mistake


def mistakes_of_twins(tests: Sequence[Scenario], lines: Mapping[int, int]) -> Iterator[Mistake]:
    """A test that was copied, and of which only the name was changed; `lines` by index."""
    first: dict[str, int] = {}
    for index, scenario in enumerate(tests):
        content = repr(scenario.model_copy(update={"name": ""}))
        other = first.setdefault(content, index)
        if other != index and scenario.name != tests[other].name:
            words = phrase("test-same", other=cut(tests[other].name), line=lines[other])
            yield Mistake(("tests", index, "name"), words)


def problems_of_patterns(parsed: ParsedFile, refused: Mapping[str, int]) -> Iterator[Problem]:
    """
    A pattern that takes none of the answers which the tests give to its question.

    `refused`: how many answers of each question its `accept` doesn't take.
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
        if len(answers) < _FEWEST or refused.get(ask.id, 0) < len(answers):
            continue
        if not pattern_error(ask.accept.pattern) and not is_letter_lost(ask.accept.pattern):
            listed = cut(", ".join(dict.fromkeys(answers)))
            words = phrase("pattern-takes-nothing", name=ask.id, listed=listed)
            yield Problem.at(entry.file, entry.node.find(("accept", "pattern")), words)
