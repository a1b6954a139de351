"""The texts of a finding, from the catalogue: what it is, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from diagnostics.catalogue.codes import CODES, code_row
from diagnostics.catalogue.files import load
from diagnostics.catalogue.finding import Finding
from diagnostics.texts import LANGUAGES, Language, translated

Audience = Literal["anybody", "customer", "staff", "desk"]


class FindingText(NamedTuple):
    """A finding's texts. Plain text, never markup."""

    title: str
    explanation: str
    remedy: str


class _Parameters(dict[str, Any]):
    """Parameters of a finding for `format_map`. A missing one becomes "…" instead of an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def finding_text(finding: Finding, language: Language = "en") -> FindingText:
    """
    Return the texts of a finding in the reader's language.

    A `variant` replaces some of the parts. The steps of a panel or the operator replace the general
    remedy. If the finding holds at only one of several addresses, or in several tries, or if the
    server says when to try again, that is added.
    """
    row = code_row(finding.code)
    row = row | row.get("variants", {}).get(finding.parameters.get("variant"), {})
    values = _Parameters(finding.parameters)
    text = FindingText(*(row[part][language].format_map(values) for part in FindingText._fields))
    steps = remedy_steps(finding, language)
    # The steps name places in the reader's own panel, so they help more than the general remedy.
    text = text._replace(remedy=" ".join(steps)) if steps else text
    more = _tries_text(finding, language) + _retry_after_text(finding, language)
    text = text._replace(explanation=text.explanation + more)
    return _with_address(text, finding, language)


def _tries_text(finding: Finding, language: Language) -> str:
    """Return a sentence about in how many of several tries it was so; "" without several."""
    row = load("repeated_tries").get(str(finding.parameters.get("often", "")))
    return str(row[language]).format_map(_Parameters(finding.parameters)) if row else ""


def _retry_after_text(finding: Finding, language: Language) -> str:
    """Return a sentence about when the server asks to try again; "" if it doesn't say."""
    row = load("retry_after").get(str(finding.parameters.get("retry_unit", "")))
    return str(row[language]).format_map(_Parameters(finding.parameters)) if row else ""


def _with_address(text: FindingText, finding: Finding, language: Language) -> FindingText:
    """Add which of several addresses the finding is about, and what to do about its DNS record."""
    only_at, rows = str(finding.parameters.get("only_at", "")), load("one_of_several")
    if not only_at:
        return text
    values = _Parameters(finding.parameters)
    met_by = rows["explanation"][str(finding.parameters["met_by"])]
    title = "" if only_at in text.title else rows["title"][language].format_map(values)
    remedy = "" if only_at in text.remedy else rows["remedy"][language].format_map(values)
    return FindingText(
        text.title + title,
        text.explanation + str(met_by[language]).format_map(values),
        text.remedy + remedy,
    )


def remedy_steps(finding: Finding, language: Language = "en") -> tuple[str, ...]:
    """Return the steps of a panel's or the operator's remedy; () if only the general one exists."""
    values = _Parameters(finding.parameters)
    return tuple(step.format_map(values) for step in _steps_in(finding, language))


def code_name(code: str, language: Language = "en") -> str:
    """Return a code's name as a phrase that completes "our check found: an expired certificate"."""
    if code not in CODES:
        return code
    name: str = code_row(code)["name"][language]
    return name


def fixer_text(fixer: str, audience: Audience, language: Language = "en") -> str:
    """Return who can fix a finding, worded for this audience; "" for an unknown fixer."""
    row = load("fixers").get(fixer)
    return str(row[audience][language]) if row else ""


def _steps_in(finding: Finding, language: Language) -> Iterable[str]:
    """Return the remedy's steps; in a language of translation files, translated from English."""
    if language in finding.steps or language in LANGUAGES:
        return finding.steps.get(language, ())
    return [translated(step, language) for step in finding.steps.get("en", ())]
