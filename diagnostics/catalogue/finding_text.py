"""A finding in the customer's words: what it is, why, and what to do. The words are data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from diagnostics.catalogue.codes import CODES, code_row
from diagnostics.catalogue.files import load
from diagnostics.catalogue.finding import Finding
from diagnostics.texts import LANGUAGES, Language, translated

Audience = Literal["anybody", "customer", "staff", "desk"]


class FindingText(NamedTuple):
    """Plain text, never markup."""

    title: str
    explanation: str
    remedy: str


class _Known(dict[str, Any]):
    """Parameters of a finding; one that is missing leaves a gap, never a traceback."""

    def __missing__(self, key: str) -> str:
        return "…"


def finding_text(finding: Finding, language: Language = "en") -> FindingText:
    """
    Say it in the reader's language.

    A finding whose `variant` is known has words of its own for some of the parts; the steps of a
    panel or an operator stand in the place of our remedy. One that holds at one address of several
    says so, as does one that was tried several times, or whose server says when to come back.
    """
    row = code_row(finding.code)
    row = row | row.get("variants", {}).get(finding.parameters.get("variant"), {})
    values = _Known(finding.parameters)
    text = FindingText(*(row[part][language].format_map(values) for part in FindingText._fields))
    steps = remedy_steps(finding, language)
    # They name the reader's own panel, so they say more than our general words.
    text = text._replace(remedy=" ".join(steps)) if steps else text
    more = _how_often(finding, language) + _when_again(finding, language)
    text = text._replace(explanation=text.explanation + more)
    return _with_address(text, finding, language)


def _how_often(finding: Finding, language: Language) -> str:
    """Say on how many of several tries it was so."""
    row = load("repeated_tries").get(str(finding.parameters.get("often", "")))
    return str(row[language]).format_map(_Known(finding.parameters)) if row else ""


def _when_again(finding: Finding, language: Language) -> str:
    """Say when the server wants to be asked again."""
    row = load("retry_after").get(str(finding.parameters.get("retry_unit", "")))
    return str(row[language]).format_map(_Known(finding.parameters)) if row else ""


def _with_address(text: FindingText, finding: Finding, language: Language) -> FindingText:
    """Add at which address of several it is so, and what to do about its record."""
    only_at, rows = str(finding.parameters.get("only_at", "")), load("one_of_several")
    if not only_at:
        return text
    values = _Known(finding.parameters)
    met_by = rows["explanation"][str(finding.parameters["met_by"])]
    title = "" if only_at in text.title else rows["title"][language].format_map(values)
    remedy = "" if only_at in text.remedy else rows["remedy"][language].format_map(values)
    return FindingText(
        text.title + title,
        text.explanation + str(met_by[language]).format_map(values),
        text.remedy + remedy,
    )


def remedy_steps(finding: Finding, language: Language = "en") -> tuple[str, ...]:
    """Return the steps of a panel or an operator one by one; nothing where our remedy serves."""
    values = _Known(finding.parameters)
    return tuple(step.format_map(values) for step in _steps_in(finding, language))


def code_name(code: str, language: Language = "en") -> str:
    """A code in a few words, to stand in a sentence: "our check found: an expired certificate"."""
    if code not in CODES:
        return code
    name: str = code_row(code)["name"][language]
    return name


def fixer_text(fixer: str, audience: Audience, language: Language = "en") -> str:
    """Return who can fix it, as one says it to this reader; "" for a fixer that nobody knows."""
    row = load("fixers").get(fixer)
    return str(row[audience][language]) if row else ""


def _steps_in(finding: Finding, language: Language) -> Iterable[str]:
    """The remedy's steps; of a language that isn't written in the file, by the English ones."""
    if language in finding.steps or language in LANGUAGES:
        return finding.steps.get(language, ())
    return [translated(step, language) for step in finding.steps.get("en", ())]
