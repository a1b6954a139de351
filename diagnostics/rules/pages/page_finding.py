"""Findings about pages: their subject, severity and addresses."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.observations import HttpObservation
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.one_of_several import partial_failure
from diagnostics.rules.pages.retry_after import retry_parameters
from diagnostics.rules.ways import Way
from diagnostics.texts import escape_hidden


def last_page(evidence: Evidence, way: Way) -> HttpObservation | None:
    """Return the page of a way after the most redirects; None without a page."""
    pages = [page for page in evidence.requests if page.way == way.scheme]
    return max(pages, key=lambda page: page.hop, default=None)


def page_finding(  # noqa: PLR0913 - what a page's finding needs
    code: str,
    evidence: Evidence,
    way: Way,
    pages: list[HttpObservation],
    *,
    works: Sequence[HttpObservation] = (),
    symptom: str | None = None,
    **parameters: str | float,
) -> Finding:
    """
    Return a finding about a page; a warning if visitors usually don't meet it.

    They don't if it works at another address (`works`), or if browsers use the other one of http
    and https.
    """
    # A redirect to another domain is named by its first page, all else by the last.
    page = pages[0] if code == "http.redirect_elsewhere" else pages[-1]
    is_aside = way != evidence.open_way
    severity: Severity | None = "warning" if works or is_aside else None
    addresses = [[row.address for row in rows if row.address] for rows in (pages, works)]
    parameters |= partial_failure(*addresses)
    if page.status is not None:
        parameters |= {"status": page.status}
        parameters |= retry_parameters(page)
    if code == "http.timeout":
        parameters |= {"seconds": max(1, round(page.duration_s))}
    if page.status is not None and code == "http.server_error" and page.status != 500:  # noqa: PLR2004
        symptom = "other-error"
    return make_finding(
        code,
        escape_hidden(page.url, 120),
        ids(pages),
        severity=severity,
        symptom=symptom,
        parameters=parameters,
    )
