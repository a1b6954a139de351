"""What the customer's browser shows, against what we measured: what follows when they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

import diagnostics
from diagnostics import FindingText
from diagnostics.texts import served_languages
from intake.journey.checklist import Checklist
from intake.journey.draft import Draft
from intake.journey.steps import Ask

_SYMPTOM = "symptom"  # the fact of a check that says what a browser would show


def what_follows(checklist: Checklist, draft: Draft) -> dict[str, Mapping[str, str]]:
    """
    For each question about the browser's error that our measurement contradicts: what follows.

    By step id and language. Where browser and measurement agree, or either is unknown, nothing is
    said. A report that can't be read says nothing either: it never stands in a ticket's way.
    """
    follows: dict[str, Mapping[str, str]] = {}
    for ask in checklist.asks:
        report = _report_of_answer(ask, draft)
        words = _shown(checklist, ask, draft)
        if report is None or not words:
            continue
        explained = {
            language: diagnostics.explain_browser_error(words, report, language)
            for language in served_languages()
        }
        # Whether they agree is the same in every language.
        if explained["en"].agrees is False:
            follows[ask.id] = {
                language: _in_a_row(explanation.follows)
                for language, explanation in explained.items()
            }
    return follows


def _in_a_row(text: FindingText) -> str:
    return f"{text.title}. {text.explanation} {text.remedy}"


def _report_of_answer(ask: Ask, draft: Draft) -> diagnostics.Report | None:
    source = ask.answer_from
    check, _, fact = source.partition(".") if isinstance(source, str) else ("", "", "")
    run = draft.checks.get(check) if fact == _SYMPTOM else None
    return _read(run.report) if run is not None and run.report else None


def _read(report: Mapping[str, Any]) -> diagnostics.Report | None:
    # Rules and observations are loaded with the first report, not with the language.
    try:
        read = diagnostics.Report.model_validate(report)
    except ValidationError:
        return None
    return read if read.findings else None


def _shown(checklist: Checklist, ask: Ask, draft: Draft) -> str:
    """The words of the error where there are some, else the choice's id."""
    detail = checklist.detail_of(ask)
    for step in (detail, ask) if detail is not None else (ask,):
        answer = draft.answers.get(step.id)
        if answer is not None and isinstance(answer.value, str) and answer.value:
            return answer.value
    return ""
