"""What a customer reads first costs the database one look a second, and never the first screen."""

from __future__ import annotations

import pytest

from intake.database import StorageError
from intake.incidents import IncidentFeeds, IncidentNotices, IncidentStore

TEXT = {"en": "Back by 16:00."}


def test_a_notice_is_read_in_the_language_that_there_is(incidents: IncidentStore) -> None:
    notices = IncidentNotices(incidents, IncidentFeeds([]))
    incident = incidents.confirm(None, TEXT, "Olga")
    (notice,) = notices.current("ru")
    assert (notice.text, notice.incident) == ("Back by 16:00.", incident.id)


def test_a_crowd_costs_one_look_a_second(
    incidents: IncidentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, now = [], [0.0]
    monkeypatch.setattr(incidents, "open", lambda: looks.append(1) or [])
    notices = IncidentNotices(incidents, IncidentFeeds([]), clock=lambda: now[0])
    for _ in range(100):
        notices.current("en")
    assert len(looks) == 1
    now[0] = 1.5
    notices.current("en")
    assert len(looks) == 2


def test_a_database_that_refuses_shows_what_was_known(
    incidents: IncidentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    notices = IncidentNotices(incidents, IncidentFeeds([]), clock=lambda: now[0])
    incidents.confirm(None, TEXT, "Olga")
    assert len(notices.current("en")) == 1

    def refuse() -> None:
        raise StorageError("busy")

    monkeypatch.setattr(incidents, "open", refuse)
    now[0] = 5
    assert len(notices.current("en")) == 1
