"""
The values of a ticket for reply templates, in the customer's language: texts, and lists
of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from diagnostics.texts import one_line
from intake.tickets.diagnosis import addresses_of, case_target
from intake.tickets.ticket import Ticket, TicketFinding, TicketItem

_MAX_LENGTH: Final = 600
_MAX_ITEMS: Final = 20  # of a list


def template_values(ticket: Ticket, *, brand: str, staff: str) -> Mapping[str, Any]:
    """Return each of `VALUES`; "" for one that the ticket doesn't have."""
    language, verdict = ticket.language, ticket.verdict
    answers = {item.id: _answer(item, language) for item in ticket.items if _is_answered(item)}
    checks = [check.findings for check in ticket.diagnoses]
    findings = [finding for group in checks for finding in group][:_MAX_ITEMS]
    return {
        "reference": ticket.reference,
        "subject": _line(ticket.headline.in_(language)),
        "brand": brand,
        "staff": staff,
        "name": _line(ticket.contact.name or ""),
        "target": _line(case_target(ticket)),
        "addresses": list(addresses_of(ticket)[:_MAX_ITEMS]),
        **_cause(verdict, language),
        "cause_code": verdict.code if verdict else "",
        "findings": [{**_cause(finding, language), "code": finding.code} for finding in findings],
        "answers": answers,
        "since": next((answers[item.id] for item in _moments(ticket) if item.id in answers), ""),
        "measured_again": _measured_again(ticket),
    }


def _cause(finding: TicketFinding | None, language: str) -> dict[str, str]:
    if finding is None:
        return {"cause": "", "explanation": "", "remedy": ""}
    return {
        "cause": finding.title.in_(language),
        "explanation": finding.explanation.in_(language),
        "remedy": finding.remedy.in_(language),
    }


def _is_answered(item: TicketItem) -> bool:
    return not (item.missing or item.is_empty or item.answer is None)


def _answer(item: TicketItem, language: str) -> str:
    return _line(item.display.in_(language))


def _moments(ticket: Ticket) -> list[TicketItem]:
    return [item for item in ticket.items if item.kind == "moment"]


def _measured_again(ticket: Ticket) -> str:
    """
    Return the outcome of the latest second measurement: works, same, other, unclear,
    failed; or "".
    """
    outcomes = [
        str(entry.details.get("outcome") or "")
        for entry in ticket.conversation
        if entry.kind == "probed"
    ]
    return outcomes[-1] if outcomes else ""


def _line(text: str) -> str:
    return one_line(text, _MAX_LENGTH)
