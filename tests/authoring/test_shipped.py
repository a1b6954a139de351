"""The shipped checklists: clean, complete, walkable in every way."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from diagnostics import CODES, SYMPTOMS
from intake.authoring.loader import examine_file, load_folder
from intake.authoring.required_items import RECORDS
from intake.journey import Answer, Ask, Checklist, Journey, Tell, choices_of, items
from intake.journey.checklist_paths import checklist_files, shipped_folder
from tests.journey.customer import Customer

SHIPPED = load_folder()
GOOD: dict[str, Any] = {
    "target": "shop.example",
    "targets": "blog.example",
    "moment": "вчера в 14:20",
    "e-mail": "anna@shop.example",
    "text": "updated a plugin",
    "long-text": "письма возвращаются с ошибкой 550",
    "file": ["f1"],
    "letter": "550 5.1.1 <anna@shop.example>: user unknown",
    "number": "12 000",
    "duration": "минут 20",
    "phone": "+7 912 345-67-89",
    "account": "AB-123456",
}


@pytest.mark.parametrize("file", checklist_files(shipped_folder()), ids=lambda file: file.stem)
def test_lint_has_nothing_to_say(file: Any) -> None:
    assert examine_file(file).problems == ()


def test_the_three_are_there() -> None:
    assert set(SHIPPED) >= {"server-down", "site-down", "something-else"}


def test_every_item_of_record_has_its_step() -> None:
    for name, record in RECORDS.items():
        filled = {item for ask in SHIPPED[name].asks for item in ask.record}
        assert {item.id for item in record} <= filled


@pytest.mark.parametrize("name", SHIPPED)
def test_no_question_needs_the_one_before_it(name: str) -> None:
    """On a page of several nobody knows of what a bare "What exactly?" asks."""
    bare = re.compile(
        r"(?i)(what|which|which one|where|who|how|when|why|что|како\w+|где|кто|как|когда|почему)\W"
    )
    exactly = re.compile(r"(?i)(\w+ exactly|\w+ именно)\W*[?.]")
    for ask in SHIPPED[name].asks:
        for words in (ask.text.in_("en"), ask.text.in_("ru")):
            assert not bare.fullmatch(words.split(".")[0]), (name, ask.id)
            assert not exactly.match(words), (name, ask.id)


def test_every_symptom_can_be_confirmed() -> None:
    error = SHIPPED["site-down"].by_id["error"]
    assert set(SYMPTOMS) <= set(choices_of(error))


def _answer(ask: Ask, dice: random.Random) -> Any:
    if ask.dont_know and dice.random() < 0.15:
        return None
    if not ask.required and dice.random() < 0.5:
        return ""
    choices = list(choices_of(ask))
    if ask.kind == "choices":
        most = int(ask.accept.to or 0) if ask.accept else len(choices)
        return dice.sample(choices, k=dice.randint(1, most))
    return dice.choice(choices) if choices else GOOD[ask.kind]


@pytest.mark.parametrize("name", sorted(SHIPPED))
@pytest.mark.parametrize("seed", range(25))
def test_every_walk_ends_and_its_ticket_holds_every_item_of_record(
    name: str, seed: int, customer: Any
) -> None:
    """Random answers, random findings at random times: no dead end, nothing asked twice."""
    dice = random.Random(seed)  # noqa: S311  the same walks every time
    anna: Customer = customer(SHIPPED[name], browser="Chrome 156")
    shown: list[str] = []
    shares = []
    while (step := anna.journey.next) is not None:
        assert step.id not in shown
        shown.append(step.id)
        answered, expected = anna.journey.progress
        shares.append(answered / expected if expected else 0)
        raw = "go-on" if isinstance(step, Tell) else _answer(step, dice)
        assert isinstance(anna.says(step.id, raw), Answer), (step.id, raw)
        for due in anna.journey.checks_due:
            anna.measured(due.step.id, state="running")
        for check in anna.journey.checks_running:
            if dice.random() < 0.4:
                _land(anna, check.id, dice)
    assert anna.journey.end in ({"ticket"} if name in RECORDS else {"ticket", "hand-over"})
    assert anna.journey.missing == ()
    assert shares == sorted(shares)
    _holds_the_record(name, anna.journey)


def _land(anna: Customer, check: str, dice: random.Random) -> None:
    if dice.random() < 0.2:
        anna.measured(check, state="failed")
    else:
        anna.measured(check, dice.choice(list(CODES)))


def _holds_the_record(name: str, journey: Journey) -> None:
    lines = items(journey.checklist, journey.draft)
    filled = {item for line in lines for item in line.record}
    said = {line.id: line.answer for line in lines}
    needed = {
        item
        for ask in journey.checklist.asks
        for choice, items_after in ask.needs.items()
        if said.get(ask.id) == choice
        for item in items_after
    }
    for item in RECORDS.get(name, ()):
        if item.follows is None or item.id in needed:
            assert item.id in filled, item.id
    for line in lines:
        assert line.display["en"], line.id
        assert line.display["ru"], line.id


def _few(checklist: Checklist, customer: Any, finding: str) -> list[str]:
    anna: Customer = customer(checklist, browser="Chrome 156")
    shown = []
    dice = random.Random(1)  # noqa: S311
    while (step := anna.journey.next) is not None:
        shown.append(step.id)
        raw = (
            "go-on"
            if isinstance(step, Tell)
            else "all"
            if step.id == "scope"
            else _answer(step, dice)
        )
        if step.id in ("before", "changed"):
            raw = {"before": "first-time", "changed": "nothing"}[step.id]
        proposal = anna.journey.proposal(step)
        anna.says(step.id, proposal.value if proposal else raw)
        for due in anna.journey.checks_due:
            anna.measured(due.step.id, finding)
    return shown


def test_urgent_skips_the_formalities_and_keeps_the_record(customer: Any) -> None:
    shown = _few(SHIPPED["site-down"], customer, "http.bad_gateway")
    assert not {"name", "account", "screenshot"} & set(shown)
    assert shown[-1] == "email"
    assert len(shown) <= 12


def test_a_measured_server_asks_nothing_technical(customer: Any) -> None:
    anna: Customer = customer(SHIPPED["server-down"])
    anna.says("server", "server.example")
    anna.measured(
        "srv",
        "tcp.refused",
        ping="answers",
        ssh="open",
        ftp="refused",
        panel="silent",
        **{"opens-by-address": "yes", "opens-by-name": "no"},
    )
    asked = {entry.step.id for entry in anna.journey.visible if not entry.silent}
    technical = {"ping", "ssh", "ftp", "panel", "opens-by-address", "opens-by-name"}
    assert not technical & asked
    lines = {item.id: item for item in items(anna.journey.checklist, anna.journey.draft)}
    assert {lines[name].display["en"] for name in ("ping", "ssh", "ftp", "panel")} == {
        "Answers",
        "Doesn't answer",
        "It doesn't open",
    }
    anna.measured("srv", state="failed")
    asked = {entry.step.id for entry in anna.journey.visible if not entry.silent}
    assert "what-answers" in asked
    assert not technical & asked
    in_one = anna.journey.checklist.by_id["what-answers"]
    assert isinstance(in_one, Ask)
    assert set(in_one.record) == technical
