"""Advice about a check: the author's own moves, or what is said of the very cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from diagnostics import Report, finding_text, read_target
from diagnostics.catalogue import make_finding
from intake.journey import CheckRun, Tell, moves_of, text_of_advice
from tests.journey.customer import Customer

STEPS = """
  - ask: mailbox
    kind: e-mail
    text: {en: Enter the mailbox, ru: Укажите ящик}
  - check: mail
    diagnose: mail
    of: mailbox
  - tell: own-moves
    about: mail
    text: {en: It is so., ru: Это так.}
    do: [{en: Look at the panel., ru: Посмотрите в панели.}]
  - tell: no-moves
    about: mail
    text: {en: Then go on., ru: Потом продолжайте.}
"""
DOUBLED = make_finding(
    "mail.mx_missing",
    "mail.shop.example.shop.example",
    ("mx",),
    variant="doubled",
    domain="shop.example",
    meant="mail.shop.example.",
)


@pytest.fixture
def asked(customer: Callable[..., Customer]) -> Customer:
    now = datetime.now(UTC)
    report = Report(
        target=read_target("shop.example").target,
        kind="mail",
        verdict="fault",
        findings=(DOUBLED,),
        observations=(),
        started_at=now,
        duration_s=0.1,
    )
    person = customer(STEPS)
    person.says("mailbox", "info@shop.example")
    (due,) = person.journey.checks_due
    run = CheckRun(
        step="mail",
        target=due.target,
        state="done",
        started_at=now,
        facts=report.facts(),
        report=report.model_dump(mode="json"),
    )
    person.journey = person.journey.with_check(run)
    return person


def _tell(asked: Customer, name: str) -> Tell:
    step = asked.journey.checklist.by_id[name]
    assert isinstance(step, Tell)
    return step


@pytest.mark.parametrize("language", ["en", "ru"])
def test_without_moves_the_cause_speaks_for_itself(asked: Customer, language: str) -> None:
    said = finding_text(DOUBLED, "ru" if language == "ru" else "en")
    step = _tell(asked, "no-moves")
    (move,) = moves_of(asked.journey, step, language)
    assert move == said.remedy
    assert "mail.shop.example." in move
    text = text_of_advice(asked.journey, step, language)
    assert text == f"{said.explanation} {step.text.in_(language)}"


def test_the_authors_moves_stay_as_they_are(asked: Customer) -> None:
    step = _tell(asked, "own-moves")
    assert moves_of(asked.journey, step, "en") == ("Look at the panel.",)
    assert text_of_advice(asked.journey, step, "en") == "It is so."
