"""
A check's run as it stands in a ticket, with its report in words of every language.

The words are stored when the ticket is composed, so an old ticket reads as it did on its day,
whatever later releases conclude or call things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pydantic import ValidationError

import diagnostics
from diagnostics import Finding, Language, Observation, Report
from diagnostics.texts import served_languages
from intake.journey.draft import CheckRun
from intake.journey.support_desk import fixer_from_table
from intake.tickets.ticket import (
    ObservationText,
    Ticket,
    TicketDiagnosis,
    TicketFinding,
    TicketProduct,
    TicketText,
)


def diagnosis_of(run: CheckRun) -> TicketDiagnosis:
    """
    Return a run with its report in words. A report that can't be read gives a failed
    diagnosis.
    """
    diagnosis = TicketDiagnosis(
        step=run.step,
        target=run.target,
        state=run.state,
        started_at=run.started_at,
        why_failed=run.why_failed,
    )
    if run.report is None:
        return diagnosis
    try:
        report = Report.model_validate(run.report)
    except ValidationError as error:  # a ticket is never held up by a probe (promise R5)
        why_failed = f"The report can't be read: {error.error_count()} mistakes"
        return diagnosis.model_copy(update={"state": "failed", "why_failed": why_failed})
    return diagnosis.model_copy(
        update={
            "verdict": report.verdict,
            "duration_s": report.duration_s,
            "findings": tuple(map(_finding, report.findings)),
            "chain": tuple(map(_observation_text, _in_reading_order(report.observations))),
            "report": report.as_dict("en"),
        }
    )


def _in_reading_order(observations: Sequence[Observation]) -> Iterator[Observation]:
    """
    Yield the observations probe by probe as in the report, with ports in numeric order: 21, 443,
    1500.
    """
    for _, alike in groupby(observations, key=lambda observation: observation.probe):
        yield from sorted(alike, key=lambda observation: _natural_sort_key(observation.id))


def _natural_sort_key(name: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def with_fixers(diagnosis: TicketDiagnosis, product: TicketProduct | None) -> TicketDiagnosis:
    """Return the diagnosis with a product's own fixers; its report stays as it was measured."""
    if product is None or not product.fixed_by:
        return diagnosis
    findings = tuple(_with_fixer(finding, product) for finding in diagnosis.findings)
    return diagnosis.model_copy(update={"findings": findings})


def _with_fixer(finding: TicketFinding, product: TicketProduct) -> TicketFinding:
    consequences = tuple(_with_fixer(inner, product) for inner in finding.consequences)
    fixer = fixer_from_table(product.fixed_by, finding.code, finding.fixer)
    return finding.model_copy(update={"fixer": fixer, "consequences": consequences})


_RANK = {"fault": 0, "degraded": 1, "inconclusive": 2, "healthy": 3}


def root_cause(diagnoses: Iterable[TicketDiagnosis]) -> TicketFinding | None:
    """
    Return the root cause of the check that explains most, the first among equals; None without
    findings.
    """
    conclusive = [diagnosis for diagnosis in diagnoses if diagnosis.findings]
    conclusive.sort(key=lambda diagnosis: _RANK.get(diagnosis.verdict or "", len(_RANK)))
    return conclusive[0].findings[0] if conclusive else None


def _finding(finding: Finding) -> TicketFinding:
    texts = {
        language: diagnostics.finding_text(finding, language) for language in served_languages()
    }
    return TicketFinding(
        code=finding.code,
        severity=finding.severity,
        title=_in_every_language(lambda language: texts[language].title),
        explanation=_in_every_language(lambda language: texts[language].explanation),
        remedy=_in_every_language(lambda language: texts[language].remedy),
        fixer=finding.fixer,
        subject=finding.subject,
        consequences=tuple(map(_finding, finding.consequences)),
    )


def _observation_text(observation: Observation) -> ObservationText:
    lines = {
        language: diagnostics.summarise(observation, language, for_staff=True)
        for language in served_languages()
    }
    return ObservationText(
        mark=lines["en"].mark,
        text=_in_every_language(lambda language: lines[language].text),
        duration_s=observation.duration_s,
    )


def _in_every_language(text_in: Callable[[Language], str]) -> TicketText:
    by_language: Mapping[str, Any] = {
        language: text_in(language) for language in served_languages()
    }
    return TicketText.of(by_language)


def case_target(ticket: Ticket) -> str:
    """Return the name or address that was checked; of several, the one that the cause is about."""
    found_by = [check for check in ticket.diagnoses if ticket.verdict in check.findings]
    checks = (*found_by, *ticket.diagnoses)
    return checks[0].target if checks else ""


def addresses_of(ticket: Ticket) -> tuple[str, ...]:
    """Return the IP addresses of every target that was measured, without duplicates."""
    targets = ((diagnosis.report or {}).get("target") or {} for diagnosis in ticket.diagnoses)
    addresses = (address for target in targets for address in target.get("addresses") or ())
    return tuple(dict.fromkeys(addresses))
