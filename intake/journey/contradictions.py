"""Explains contradictions between the customer's browser and our measurement."""

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


def explain_contradictions(checklist: Checklist, draft: Draft) -> dict[str, Mapping[str, str]]:
    """
    Return explanations of the browser errors that our measurement contradicts.

    By step id and language. Nothing is returned where they agree, where either is unknown, or where
    the report can't be read: that must never hold up a ticket.
    """
    explanations: dict[str, Mapping[str, str]] = {}
    for ask in checklist.asks:
        report = _report_of_answer(ask, draft)
        words = _browser_error(checklist, ask, draft)
        if report is None or not words:
            continue
        explained = {
            language: diagnostics.explain_browser_error(words, report, language)
            for language in served_languages()
        }
        # `agrees` is the same in every language.
        if explained["en"].agrees is False:
            explanations[ask.id] = {
                language: _joined(explanation.follows)
                for language, explanation in explained.items()
            }
    return explanations


def _joined(text: FindingText) -> str:
    return f"{text.title}. {text.explanation} {text.remedy}"


def _report_of_answer(ask: Ask, draft: Draft) -> diagnostics.Report | None:
    source = ask.answer_from
    check, _, fact = source.partition(".") if isinstance(source, str) else ("", "", "")
    run = draft.checks.get(check) if fact == _SYMPTOM else None
    return _read(run.report) if run is not None and run.report else None


def _read(report: Mapping[str, Any]) -> diagnostics.Report | None:
    # `diagnostics.Report` is looked up late: it loads rules and observations, which are heavy.
    try:
        read = diagnostics.Report.model_validate(report)
    except ValidationError:
        return None
    return read if read.findings else None


def _browser_error(checklist: Checklist, ask: Ask, draft: Draft) -> str:
    """Return the customer's words of the error, or the id of the choice, or ""."""
    detail = checklist.detail_of(ask)
    for step in (detail, ask) if detail is not None else (ask,):
        answer = draft.answers.get(step.id)
        if answer is not None and isinstance(answer.value, str) and answer.value:
            return answer.value
    return ""
