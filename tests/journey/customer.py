"""Someone who answers, against a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from intake.authoring.simulation.mock_measurements import mock_facts
from intake.journey import Answer, Checklist, CheckRun, Draft, Hint, Journey
from intake.journey.check_runs import targets_of

NOW = datetime(2026, 11, 22, 11, 31, tzinfo=UTC)

TICKET = """
ticket:
  subject: "{site}"
  priority: [{otherwise: normal}]
  queue: [{otherwise: hosting}]
"""

SITE = """
  - {ask: site, kind: target, text: Site}
  - {check: web, diagnose: site, of: site}
"""


class Customer:
    """Someone who answers, at a minute a question."""

    def __init__(self, checklist: Checklist, draft: Draft) -> None:
        self.journey = Journey(checklist, draft)
        self.now = NOW

    def says(self, step: str, value: JsonValue, *, insisted: bool = False) -> Answer | Hint:
        self.now += timedelta(minutes=1)
        taken = self.journey.accept(step, value, now=self.now, insisted=insisted)
        if isinstance(taken, Answer):
            self.journey = self.journey.with_answer(step, taken)
        return taken

    def measured(
        self,
        check: str,
        *findings: str,
        state: str = "done",
        target: str | None = None,
        **facts: JsonValue,
    ) -> None:
        of = {each.id: each.of for each in self.journey.checklist.checks}[check]
        named = targets_of(self.journey.draft.answers[of])
        run = CheckRun.model_validate(
            {
                "step": check,
                "target": target or named[0],
                "state": state,
                "started_at": self.now,
                "facts": mock_facts(findings) | facts if state == "done" else {},
            }
        )
        self.journey = self.journey.with_check(run)

    @property
    def next(self) -> str | None:
        return self.journey.next.id if self.journey.next else None


def ids(steps: Iterable[object]) -> list[str]:
    return [str(getattr(getattr(each, "step", each), "id", each)) for each in steps]
