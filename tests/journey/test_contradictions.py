"""What the customer's browser shows against what we measured, and what follows for staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from intake.authoring.loader import load_checklist
from intake.journey import Answer, CheckRun, Draft, explain_contradictions
from intake.tickets import compose_ticket, render
from tests.tickets.example import NOW, REPORT

SITE_DOWN = load_checklist("site-down")
HEALTHY: dict[str, Any] = {
    **REPORT,
    "verdict": "healthy",
    "findings": [
        {
            **REPORT["findings"][0],
            "code": "ok.reachable",
            "severity": "info",
            "layer": "ok",
            "symptom": None,
        }
    ],
}


def draft(report: dict[str, Any] | None, **answers: str) -> Draft:
    run = CheckRun(
        step="web",
        target="shop.example",
        state="done" if report else "failed",
        started_at=NOW,
        report=report,
    )
    said = {
        "site": "shop.example",
        **{name.replace("_", "-"): text for name, text in answers.items()},
    }
    at = NOW - timedelta(minutes=1)
    return Draft(
        language="en",
        answers={name: Answer(value=text, at=at) for name, text in said.items()},
        checks={"web": run},
    )


def test_refused_there_and_open_here_points_at_the_way_between() -> None:
    told = explain_contradictions(SITE_DOWN, draft(HEALTHY, error="refused"))
    assert "banned your address" in told["error"]["en"]
    assert "заблокировал ваш адрес" in told["error"]["ru"]


def test_the_words_of_an_error_are_read_where_no_choice_fits() -> None:
    said = draft(HEALTHY, error="other-error", error_text="DNS_PROBE_FINISHED_BAD_CONFIG")
    assert "DNS settings of your device" in explain_contradictions(SITE_DOWN, said)["error"]["en"]


@pytest.mark.parametrize(
    "silent",
    [
        draft(REPORT, error="error-502"),
        draft(HEALTHY),
        draft(None, error="refused"),
        draft({"rubbish": True}, error="refused"),
        draft(HEALTHY, error="other-error", error_text="it is broken"),
    ],
    ids=["agreeing", "unsaid", "unmeasured", "unreadable", "not-understood"],
)
def test_nothing_is_said_where_nothing_follows(silent: Draft) -> None:
    assert explain_contradictions(SITE_DOWN, silent) == {}


def test_staff_read_it_among_the_contradictions() -> None:
    said = draft(HEALTHY, error="refused")
    ticket = compose_ticket(SITE_DOWN, said, reference="H4X-7PM-2KP", now=NOW)
    assert [item.id for item in ticket.contradictions] == ["error"]
    for form in ("text", "markdown", "html"):
        shown = render(ticket, form, "en")
        assert "You are refused, and we get through" in " ".join(shown.split())
