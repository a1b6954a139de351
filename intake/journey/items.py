"""What a journey contributes to a ticket: its lines, subject, priority and queue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import JsonValue

from diagnostics import CODES, Finding, finding_text
from diagnostics.texts import as_language, one_line, served_languages
from intake.journey.answers import Proposal, reconcile
from intake.journey.checklist import Checklist, CompiledTable
from intake.journey.display import display_of
from intake.journey.draft import NO_ANSWER, Answer, Draft, Source
from intake.journey.filled_texts import MAX_VALUE_LENGTH, fill_step, value_in_words
from intake.journey.hints import NOT_ASKED
from intake.journey.journey import Journey
from intake.journey.kinds import spec_of
from intake.journey.model import Text
from intake.journey.placeholders import fill_line, names_in
from intake.journey.steps import Ask


@dataclass(frozen=True, slots=True)
class Item:
    """
    One line of the ticket: the question, the answer, and whose word it is.

    `display` is the answer in words by language; `missing` marks a question that was due and
    neither answered nor measured. `record` names the items of the checklist of record it fills.
    """

    id: str
    kind: str
    question: Text
    label: Text
    answer: JsonValue
    display: Mapping[str, str]
    source: Source
    measured: JsonValue = None
    measured_display: Mapping[str, str] | None = None
    insisted: bool = False
    missing: bool = False
    at: datetime | None = None
    record: tuple[str, ...] = ()


def items(checklist: Checklist, draft: Draft, *, now: datetime | None = None) -> list[Item]:
    """
    Return the ticket's lines, in the checklist's order.

    They are the shown questions, and the items of record that were measured although their question
    isn't shown. With `now`, times are relative to it ("today"), as the customer reads them; without
    it they are absolute, with their zone and in UTC. A measurement made after the customer answered
    is reconciled here, and never overwrites the answer.
    """
    journey = Journey(checklist, draft)
    visible = {entry.step.id: entry.answer for entry in journey.visible}
    lines = []
    for asked in checklist.asks:
        proposal, ask = journey.proposal(asked), fill_step(journey, asked)
        if ask.id in visible:
            line = _line(ask, visible[ask.id], proposal, now)
        elif ask.record and proposal:
            line = _line(ask, None, proposal, now)
        else:
            continue
        if line is not None:
            lines.append(line)
    return lines


def _line(
    ask: Ask, answer: Answer | None, proposal: Proposal | None, now: datetime | None
) -> Item | None:
    item = Item(
        id=ask.id,
        kind=ask.kind,
        question=ask.text,
        label=ask.short or ask.text,
        answer=None,
        display=_in_every_language(NOT_ASKED),
        source=Source.UNKNOWN,
        record=ask.record,
    )
    if answer is None and proposal is None:
        return replace(item, missing=True) if ask.required else None
    measured = proposal.value if proposal else None
    if answer is None:
        source = proposal.source if proposal else Source.UNKNOWN
        display = _display(ask, measured, now, None)
        return replace(item, answer=measured, display=display, source=source, measured=measured)
    source = answer.source
    if source in _CUSTOMER_SOURCES:
        source = reconcile(spec_of(ask), answer.value, proposal)
    return replace(
        item,
        answer=answer.value,
        display=_display(ask, answer.value, now, answer.at),
        source=source,
        measured=measured,
        measured_display=None if measured is None else _display(ask, measured, now, None),
        insisted=answer.insisted,
        at=answer.at,
    )


# Only a customer's own answer is reconciled with a measurement; any other keeps its source.
_CUSTOMER_SOURCES = (Source.CUSTOMER, Source.CONFIRMED, Source.CONTRADICTED, Source.BROWSER)


def _in_every_language(text: Text) -> dict[str, str]:
    return {language: text.in_(language) for language in served_languages()}


def _display(
    ask: Ask, value: JsonValue, reference: datetime | None, answered_at: datetime | None
) -> dict[str, str]:
    return {
        language: display_of(ask, value, language, reference=reference, answered_at=answered_at)
        for language in served_languages()
    }


_LOOSE_ENDS = re.compile(r"^[\s:;,.·–—-]+|[\s:;,·–—-]+$")
_MAX_SUBJECT = 150  # characters


def subject(checklist: Checklist, draft: Draft, language: str) -> str:
    """
    Return the ticket's subject in a language, one line.

    An unknown value leaves no gap: the separators around it are removed too, or the subject is the
    text under its `otherwise`. An empty subject is replaced by the checklist's title.
    """
    journey = Journey(checklist, draft)
    line = {item.id: item for item in items(checklist, draft)}

    def say(name: str) -> str:
        if name in line:
            item = line[name]
            return "" if item.answer in NO_ANSWER else _shortened(item.display[language])
        value = journey.lookup(name)
        # A finding has a title, which names the target.
        if isinstance(value, str) and value in CODES:
            return _shortened(_title(journey, name.partition(".")[0], value, language))
        return value_in_words(journey, name, language) or ""

    text = checklist.ticket.subject
    while text.otherwise is not None and not all(map(say, names_in(text))):
        text = text.otherwise
    subject_line = fill_line(text.in_(language), say)
    # Two separators with nothing between them are left where a value isn't known.
    subject_line = _LOOSE_ENDS.sub(
        "", re.sub(r"\s+", " ", re.sub(r"(?:\s*[:·,]\s*){2,}", ": ", subject_line))
    )
    first, colon, rest = subject_line.partition(": ")
    if colon and first in rest:  # a finding's title may name the target itself
        subject_line = rest
    return subject_line[:_MAX_SUBJECT].rstrip() or checklist.title.in_(language)


def _title(journey: Journey, check: str, code: str, language: str) -> str:
    """Return a finding's title, with its parameters if the check's report has it."""
    run = journey.run_of(check)
    findings = (run.report or {}).get("findings") or () if run else ()
    data = next(
        (finding_data for finding_data in findings if finding_data.get("code") == code), None
    )
    known = {
        key: finding_data
        for key, finding_data in (data or {}).items()
        # A report stored by another release may have keys that this one doesn't know.
        if key in Finding.model_fields
    }
    info = CODES[code]
    blank = {
        "code": code,
        "severity": info.severity,
        "layer": info.layer,
        "fixer": info.fixer,
        "subject": run.target if run else "",
    }
    finding = Finding.model_validate(blank | known)
    return finding_text(finding, as_language(language)).title


def _shortened(text: str) -> str:
    return one_line(" ".join(text.split()), MAX_VALUE_LENGTH)


def priority(checklist: Checklist, draft: Draft) -> str:
    """Return the ticket's priority by the checklist's table."""
    return _first_row_value(checklist.priority, Journey(checklist, draft))


def queue(checklist: Checklist, draft: Draft) -> str:
    """Return the ticket's queue by the checklist's table."""
    return _first_row_value(checklist.queue, Journey(checklist, draft))


def _first_row_value(table: CompiledTable, journey: Journey) -> str:
    """Return the value of the first row whose condition holds; an unknown condition doesn't."""
    return next((str(value) for holds, value in table if holds(journey.lookup)), "")
