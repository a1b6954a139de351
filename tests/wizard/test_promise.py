"""When somebody answers: by the hours of the department, the queue and the priority of a draft."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake import bootstrap
from intake.bootstrap import Services
from intake.journey import Checklist
from intake.wizard import promise
from tests.tickets import example

SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HOURS = {
    "zone": "Europe/Moscow",
    "week": {"mon-fri": "09:00-18:00"},
    "always": [{"queue": "hosting", "priority": "urgent"}],
}
ON_HOURS = Checklist.from_json(json.dumps({**example.RAW, "desk": {"hours": HOURS}}))


@pytest.fixture(autouse=True)
def within_40_minutes(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = services.settings.model_copy(update={"answer_within_minutes": 40})
    monkeypatch.setattr(bootstrap, "_services", replace(services, settings=settings))


@pytest.mark.parametrize(
    ("scope", "at"),
    [
        ("one", datetime(2026, 11, 30, 6, 40, tzinfo=UTC)),  # Monday, 09:40 in Moscow
        ("all", datetime(2026, 11, 29, 12, 40, tzinfo=UTC)),  # urgent: at any hour
    ],
)
def test_what_is_promised_follows_from_the_queue_and_the_priority(scope: str, at: datetime) -> None:
    draft = example.draft(scope=scope)
    assert promise.promised_for(ON_HOURS, draft, SUNDAY) == at


def test_without_hours_every_minute_counts() -> None:
    at = promise.promised_for(example.CHECKLIST, example.draft(), SUNDAY)
    assert at == datetime(2026, 11, 29, 12, 40, tzinfo=UTC)


def test_the_hours_are_pinned_with_the_checklist() -> None:
    again = Checklist.from_json(ON_HOURS.to_json())
    assert again.desk.hours == ON_HOURS.desk.hours
    assert again.version == ON_HOURS.version
