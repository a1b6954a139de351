"""Checks the tests in a checklist's file without running them: names, answers, measurements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import prod

from pydantic import JsonValue

from diagnostics.texts import LANGUAGES
from intake.authoring.lint.desk import tables_with_slips
from intake.authoring.lint.expectations import mistakes_of_expectations
from intake.authoring.lint.measurements import FAILED, mistakes_of_given
from intake.authoring.lint.repeated_tests import mistakes_of_twins
from intake.authoring.lint.unlikely_measurements import mistakes_of_unlikely
from intake.authoring.messages import Phrase, Translated, cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.authoring.syntax.parsed_file import ParsedFile
from intake.journey.answer_constraints import pattern_error
from intake.journey.answers import Hint, accept
from intake.journey.checklist import Checklist
from intake.journey.conditions import scalar_text
from intake.journey.draft import Source
from intake.journey.kinds import choices_of, spec_of
from intake.journey.model import Expect, KeyPath, Row, Scenario, TicketRules
from intake.journey.operands import MOVES, operand_of_step
from intake.journey.steps import Ask, Check, End, Step, Tell

_INSISTED = frozenset({"value", "insisted"})
# Kinds whose answers are read without another library, and by the answer alone.
_READ_ALIKE = frozenset({"number", "duration", "moment", "text", "long-text", "account"})
_LOOKS = {"e-mail": re.compile(r"\S+@\S+\.\S+"), "target": re.compile(r"\S+")}
_ANY_TIME = datetime(2026, 3, 2, 12, tzinfo=UTC)
_LINE = frozenset({"answer", "source"})


def mistakes_of_tests(parsed: ParsedFile) -> Iterator[Mistake]:
    """Yield the mistakes in the tests of a checklist, with paths from its root."""
    if parsed.head is None:
        return
    entries = [entry for entry in parsed.entries if entry.word != "use"]
    steps = [entry.step for entry in entries if entry.step is not None]
    if len(steps) < len(entries) or not parsed.is_whole:
        return  # a test may name one of the steps that couldn't be read
    first: dict[str, int] = {}
    named = Named.of(steps, parsed.head.ticket)
    misspelt = tables_with_slips(parsed.head.ticket, parsed.desk)
    tests = parsed.head.tests
    lines = {index: parsed.root.find(("tests", index, "name")).line for index in range(len(tests))}
    yield from mistakes_of_twins(tests, lines)
    for index, scenario in enumerate(parsed.head.tests):
        here: KeyPath = ("tests", index)
        if scenario.name in first:
            words = phrase("test-twice", line=lines[first[scenario.name]])
            yield Mistake((*here, "name"), words)
        first.setdefault(scenario.name, index)
        for mistake in mistakes_of_unlikely(scenario.given, named.checks):
            yield Mistake((*here, "given", *mistake.path), mistake.words)
        for mistake in mistakes_of_expectations(scenario, named.ends):
            yield Mistake((*here, *mistake.path), mistake.words, on_key=mistake.on_key)
        for mistake in named.mistakes_of(scenario):
            # The misspelt row of the table is the mistake, not the test that is spelt correctly.
            if mistake.code == "test-outcome" and mistake.path[-1] in misspelt:
                continue
            path = (*here, *mistake.path)
            yield Mistake(path, mistake.words, mistake.suggestion, mistake.on_key)


def variants_of(checklist: Checklist) -> int:
    """Return how many walks the tests of a checklist take, one for each value of `for-each`."""
    return sum(prod(map(len, test.for_each.values())) for test in checklist.head.tests)


@dataclass(frozen=True, slots=True)
class Named:
    """The steps, ends and tables of a checklist that its tests may name."""

    asks: Mapping[str, Ask]
    tells: Mapping[str, Tell]
    checks: Mapping[str, Check]
    ends: tuple[str, ...]
    ticket: TicketRules

    @classmethod
    def of(cls, steps: Iterable[Step], ticket: TicketRules) -> Named:
        """Collect the names from the steps."""
        steps = tuple(steps)
        solved = (
            ["solved"] if any(isinstance(s, Tell) and s.solved == "offer" for s in steps) else []
        )
        ends = ["ticket", *solved, *(step.end for step in steps if isinstance(step, End))]
        return cls(
            {step.id: step for step in steps if isinstance(step, Ask)},
            {step.id: step for step in steps if isinstance(step, Tell)},
            {step.id: step for step in steps if isinstance(step, Check)},
            tuple(dict.fromkeys(ends)),
            ticket,
        )

    def mistakes_of(self, scenario: Scenario) -> Iterator[Mistake]:
        """Yield the mistakes of one test, with paths from it."""
        for mistake in mistakes_of_given(scenario.given, self.checks):
            path = ("given", *mistake.path)
            yield Mistake(path, mistake.words, mistake.suggestion, mistake.on_key)
        known: dict[str, Ask | Tell] = {**self.asks, **self.tells}
        for name, value in scenario.answers.items():
            here = ("answers", name)
            if name not in known:
                yield _no_step("answers", name, here, known, on_key=True)
            else:
                yield from _answer(known[name], _value_of(value), here)
                yield from _refused(known[name], value, here)
        for name, values in scenario.for_each.items():
            yield from self._each(name, values, known)
        yield from self._expected(scenario.expect)

    def _each(
        self, name: str, values: Iterable[JsonValue], known: Mapping[str, Ask | Tell]
    ) -> Iterator[Mistake]:
        """Yield the mistakes of a `for-each`, which lists findings of a check or answers."""
        path: KeyPath = ("for-each", name)
        if name in self.checks:
            findings = [(FAILED if value is None else value) for value in values]
            for index, finding in enumerate(findings):
                if finding != FAILED:
                    for mistake in mistakes_of_given({name: {"finding": finding}}, self.checks):
                        yield Mistake((*path, index), mistake.words, mistake.suggestion)
        elif name in known:
            yield from _answer(known[name], list(values), path)
        else:
            words = phrase("test-each", name=name, hint=hint(name, [*self.checks, *known]))
            yield Mistake(path, words, near_word(name, [*self.checks, *known]), on_key=True)

    def _expected(self, expect: Expect) -> Iterator[Mistake]:
        for key, names, known in (
            ("asked", expect.asked, self.asks),
            ("not-asked", expect.not_asked, self.asks),
            ("missing", expect.missing, self.asks),
            ("told", expect.told, self.tells),
            ("not-told", expect.not_told, self.tells),
        ):
            for index, name in enumerate(names):
                place: KeyPath = ("expect", key, index)
                if name not in known and (other := self._list_of(key, name)):
                    yield Mistake(place, phrase("test-list", key=key, name=name, other=other))
                elif name not in known:
                    yield _no_step(key, name, place, known)
        for name, line in expect.items.items():
            if name not in self.asks:
                here = ("expect", "items", name)
                yield _no_step("items", name, here, self.asks, on_key=True)
            else:
                yield from _line(self.asks[name], line)
        yield from self._outcome(expect)

    def _list_of(self, key: str, name: str) -> str | None:
        """Return the key where a step of this kind belongs, or None if the step is unknown."""
        others = {
            "asked": "told",
            "not-asked": "not-told",
            "told": "asked",
            "not-told": "not-asked",
        }
        known = self.tells if key in ("asked", "not-asked") else self.asks
        return others.get(key) if name in known else None

    def _outcome(self, expect: Expect) -> Iterator[Mistake]:
        for table, word, rows in (
            ("queue", expect.queue, self.ticket.queue),
            ("priority", expect.priority, self.ticket.priority),
        ):
            results = _results(rows)
            # A table without `otherwise` is reported itself, and its results aren't known.
            is_whole = any(row.otherwise is not None for row in rows)
            if is_whole and word is not None and word not in results:
                words = phrase(
                    "test-outcome", word=cut(word), table=table, hint=hint(word, results)
                )
                yield Mistake(("expect", table), words, near_word(word, results))
        if expect.end is not None and expect.end not in self.ends:
            words = phrase("test-end", word=expect.end, hint=hint(expect.end, self.ends))
            yield Mistake(("expect", "end"), words, near_word(expect.end, self.ends))


def _results(rows: Iterable[Row]) -> list[str]:
    """Return every result that a table may have."""
    results = (row.is_ if row.is_ is not None else row.otherwise for row in rows)
    return list(dict.fromkeys(str(result) for result in results))


def _no_step(
    key: str, name: str, path: KeyPath, known: Mapping[str, Ask | Tell], *, on_key: bool = False
) -> Mistake:
    words = phrase("test-step", key=key, name=name, what=_what(key), hint=hint(name, known))
    return Mistake(path, words, near_word(name, known), on_key)


def _what(key: str) -> Phrase:
    if key == "answers":
        return phrase("question-or-advice")
    return phrase("advice" if key in ("told", "not-told") else "question")


def _value_of(value: JsonValue) -> JsonValue:
    """Return the answer itself if it is written as `{value, insisted}`."""
    if isinstance(value, dict) and "value" in value and value.keys() <= _INSISTED:
        return value["value"]
    return value


def _answer(step: Ask | Tell, value: JsonValue, path: KeyPath) -> Iterator[Mistake]:
    """Yield the mistakes of an answer that is no choice of the step; null and "" always pass."""
    allowed = _allowed(step)
    if len(allowed) == 1 and isinstance(step, Ask):
        return  # the choices must be corrected first
    several = isinstance(value, list)
    for index, single in enumerate(value if isinstance(value, list) else [value]):
        # Without choices, running the test shows whether an answer is accepted.
        if not allowed or single is None or single == "" or isinstance(single, dict | list):
            continue
        word = _word(single)
        parts = [part.strip() for part in word.split(",")]
        if word not in allowed and _takes_several(step) and set(parts) <= set(allowed):
            meant = f"[{', '.join(parts)}]"
            tail = phrase("write-it", meant=meant)
            words = phrase("test-answer", name=step.id, word=cut(word), hint=tail)
            yield Mistake(path, words, meant)
        elif word not in allowed:
            words = phrase("test-answer", name=step.id, word=cut(word), hint=hint(word, allowed))
            yield Mistake((*path, index) if several else path, words, near_word(word, allowed))


def _takes_several(step: Ask | Tell) -> bool:
    return isinstance(step, Ask) and spec_of(step).has_several


def _is_doubtful(step: Ask, value: JsonValue) -> bool:
    """Check whether to parse an answer: addresses only if they don't look like one."""
    if isinstance(value, dict | list) or value is None or value == "":
        return False
    if step.accept is not None and step.accept.pattern and pattern_error(step.accept.pattern):
        return False  # the pattern is reported at the question
    if step.kind in _READ_ALIKE:
        return True
    looks = _LOOKS.get(step.kind)
    return looks is not None and not looks.fullmatch(scalar_text(value))


def _refused(step: Ask | Tell, value: JsonValue, path: KeyPath) -> Iterator[Mistake]:
    """Yield a mistake for an answer that its question rejects."""
    if not isinstance(step, Ask) or not _is_doubtful(step, value):
        return
    hints = {
        language: accept(step, value, now=_ANY_TIME, language=language) for language in LANGUAGES
    }
    lines = tuple((key, hint.text) for key, hint in hints.items() if isinstance(hint, Hint))
    if lines:
        words = phrase(
            "test-refused", name=step.id, word=cut(scalar_text(value)), hint=Translated(lines)
        )
        yield Mistake(path, words)


def _allowed(step: Ask | Tell) -> tuple[str, ...]:
    if isinstance(step, Ask):
        return tuple(choices_of(step))
    return operand_of_step(step).values or MOVES


def _word(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return scalar_text(value)


def _line(ask: Ask, line: JsonValue) -> Iterator[Mistake]:
    """Yield the mistakes of an expected line of the ticket: its answer and its source."""
    here = ("expect", "items", ask.id)
    if not isinstance(line, dict) or not line.keys() <= _LINE:
        yield from _answer(ask, line, here)
        return
    sources = [source.value for source in Source]
    source = line.get("source")
    if source is not None and source not in sources:
        word = cut(scalar_text(source))
        words = phrase("test-source", word=word, hint=hint(word, sources))
        yield Mistake((*here, "source"), words, near_word(word, sources))
    yield from _answer(ask, line.get("answer"), (*here, "answer"))
