"""Whether a step's keys fit each other and the steps before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from intake.authoring.lint.choices import mistakes_of_choices
from intake.authoring.lint.conditions import mistakes_of_condition
from intake.authoring.lint.limits import mistakes_of_accept
from intake.authoring.lint.names import Names
from intake.authoring.lint.pages import mistakes_of_page
from intake.authoring.lint.roles import mistake_of_measured_contact, mistakes_of_role
from intake.authoring.lint.secrets import mistakes_of_secrets
from intake.authoring.messages import Listed, Phrase, cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.authoring.required_items import RECORDS
from intake.authoring.syntax.parsed_file import Entry
from intake.journey.conditions import UNKNOWN, KeyPath, as_word
from intake.journey.kinds import choices_of, spec_of
from intake.journey.model import Row, Text
from intake.journey.operands import ENVIRONMENT, OperandType, facts_of_step
from intake.journey.steps import (
    Ask,
    Check,
    End,
    Step,
    Tell,
)

_RESERVED: Final = frozenset({ENVIRONMENT, UNKNOWN, "all", "any", "not", "otherwise"})
_MOST_LACKING: Final = 8


def mistakes_of_name(entry: Entry, names: Names) -> Iterator[Mistake]:
    """A step's name means nothing else, and stands once."""
    if not entry.has_name:
        return
    if entry.name in _RESERVED:
        yield Mistake((entry.word,), phrase("reserved-id", name=entry.name))
    first = names.passed.get(entry.name)
    if first is not None:
        line = first.node.find((first.word,)).line
        words = phrase("duplicate-id", name=entry.name, line=line, file=first.file)
        yield Mistake((entry.word,), words)


def mistakes_of_step(step: Step, names: Names, record: str | None) -> Iterator[Mistake]:
    """What is wrong with a step whose keys are all right by themselves."""
    if isinstance(step, Ask):
        yield from mistakes_of_role(step, names)
        yield from mistakes_of_page(step, names)
        yield from mistakes_of_choices(step)
        yield from mistakes_of_secrets(step)
        yield from _answer_from(step, names)
        yield from mistakes_of_accept(step)
        yield from _record(step, record)
    elif isinstance(step, Check):
        yield from _target(step, names)
        yield from mistake_of_measured_contact(step, names)
    elif isinstance(step, End):
        if step.end == "solved" and step.text is None:
            yield Mistake(("end",), phrase("silent-end"))
    elif step.about is not None:
        yield from _about(step, step.about, names)


def _answer_from(ask: Ask, names: Names) -> Iterator[Mistake]:
    if ask.answer_from is None:
        if ask.if_measured == "skip":
            yield Mistake(("if-measured",), phrase("measured-by-nothing"), on_key=True)
    elif isinstance(ask.answer_from, str):
        meant = names.fact(ask.answer_from, phrase("step-key", step=ask.id, key="answer-from"))
        if meant.wrong is not None:
            yield Mistake(("answer-from",), meant.wrong, meant.suggestion)
        yield from _lacking(ask, ask.answer_from, meant.side)
    else:
        for index, row in enumerate(ask.answer_from):
            yield from _answer_row(ask, row, ("answer-from", index), names)


def _lacking(ask: Ask, left: str, side: OperandType | None) -> Iterator[Mistake]:
    """What is measured and isn't among the choices."""
    choices = choices_of(ask)
    # A yes-no question can't be given more choices: what is measured besides is asked.
    if side is None or side.values is None or "choices" not in spec_of(ask).keys:
        return
    lacking = tuple(value for value in side.values if value not in choices)
    if lacking:
        listed = Listed(lacking[:_MOST_LACKING])
        yield Mistake(("answer-from",), phrase("choice-lacking", left=left, listed=listed))


def _answer_row(ask: Ask, row: Row, here: KeyPath, names: Names) -> Iterator[Mistake]:
    if row.otherwise is not None or row.when is None or row.is_ is None:
        yield Mistake(here, phrase("answer-row"))
        return
    at = phrase("step-key", step=ask.id, key="answer-from")
    yield from mistakes_of_condition(row.when, (*here, "when"), names, at)
    choices = choices_of(ask)
    word = as_word(row.is_) if not isinstance(row.is_, list | dict) else ""
    if choices and word not in choices:
        yield Mistake((*here, "is"), _no_choice(ask.id, word, choices), near_word(word, choices))


def _no_choice(name: str, word: str, choices: Mapping[str, Text]) -> Phrase:
    return phrase("no-choice", word=cut(word), name=name, hint=hint(word, choices))


def _target(check: Check, names: Names) -> Iterator[Mistake]:
    at = phrase("check-key", step=check.id, key="of")
    target = names.passed.get(check.of)
    if target is None:
        meant = names.no_step(check.of, names.of_word("ask"), at)
        if meant.wrong is not None:
            yield Mistake(("of",), meant.wrong, meant.suggestion)
    elif target.step is not None and not _may_be_measured(check, target.step):
        yield Mistake(("of",), phrase("of-no-target", at=at, name=check.of))


def _may_be_measured(check: Check, step: Step) -> bool:
    return isinstance(step, Ask) and check.diagnose in spec_of(step).diagnosed_as


def _about(tell: Tell, about: str, names: Names) -> Iterator[Mistake]:
    checks = names.of_word("check")
    entry = names.passed.get(about)
    if about not in checks and not (entry is not None and facts_of_step(entry.step)):
        meant = names.no_step(about, checks, phrase("step-key", step=tell.id, key="about"))
        if meant.wrong is not None:
            yield Mistake(("about",), meant.wrong, meant.suggestion)


# The checklist of record


def _record(ask: Ask, record: str | None) -> Iterator[Mistake]:
    every = {item.id for items in RECORDS.values() for item in items}
    known = [item.id for item in RECORDS[record]] if record is not None else sorted(every)
    for index, name in enumerate(ask.record):
        if name not in every:
            words = phrase("no-record", name=name, hint=hint(name, known))
            yield Mistake(("record", index), words, near_word(name, known))
