"""A customer's draft of "a site doesn't open", measured as a test says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from intake.authoring.simulation.mock_measurements import read_mock_measurements
from intake.bootstrap import Services
from intake.checks import CheckService
from intake.journey import CheckRun
from intake.journey.path import CheckDue
from tests.ui.app import PageTest

SITE = "shop.example"
CHECK = "web"


def never_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each check that is asked for run until the test says what it found."""

    def ensure(self: CheckService, draft_id: str, step: str, text: str, **more: object) -> CheckRun:
        del more
        run = CheckRun(step=step, target=text, state="running", started_at=datetime.now(UTC))
        self._save(draft_id, run)
        return run

    monkeypatch.setattr(CheckService, "ensure", ensure)
    monkeypatch.setattr(CheckService, "is_known", lambda *_: True)


def begin_with_site() -> PageTest:
    """A draft whose site is named, and is being measured."""
    page = PageTest().click("begin-site-down")
    page.app.text_input(key="answer-site").set_value(SITE)
    return page.click("next-site")


def land(services: Services, page: PageTest, measured: str | dict[str, object]) -> None:
    """The check lands: "failed", or facts such as `{"finding": "http.bad_gateway"}`."""
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    checklist = services.checklists["site-down"]
    check = next(check for check in checklist.checks if check.id == CHECK)
    given = read_mock_measurements({CHECK: measured}, checklist)  # type: ignore[dict-item]
    run = given.run(CheckDue(check, SITE, "", check.id), datetime.now(UTC))
    services.drafts.save_check(stored.id, run)


def open_step(page: PageTest, step: str) -> PageTest:
    """The same draft, at one of its steps, as a link or the browser's history opens it."""
    return PageTest(case=page.address["case"], step=step)
