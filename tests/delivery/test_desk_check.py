"""`intake desks check` finds what a desk drops, whatever it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import intake.cli.desks
from intake.delivery import Desk
from intake.delivery.configuration import ConfiguredDesk
from intake.delivery.desk_check import CheckStep, check_desk, make_test_ticket
from tests.delivery.desk_cases import CASES, DeskCase
from tests.fakes.desks.server import FakeDesk, Response
from tests.tickets.example import NOW

REFERENCE = "H4X-7PM-2KP"
READABLE = [case for case in CASES if "messages" in case.shows]


def check(desk: Desk) -> dict[str, CheckStep]:
    ticket = make_test_ticket(REFERENCE, NOW, queue="hosting", email="operator@hoster.example")
    return {step.name: step for step in check_desk(desk, ticket)}


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.kind)
def test_a_good_desk_passes_and_is_left_clean(case: DeskCase) -> None:
    with FakeDesk(case.dialect) as fake:
        steps = check(case.desk(fake))
        (ticket,) = fake.tickets.values()
    assert [step for step in steps.values() if not step.is_good] == []
    assert set(steps) == {"create", "verify", "find", "find-other", "append", "close"}
    assert "TEST" in ticket.subject
    assert ticket.state == "solved"


def _drops(part: str) -> Callable[[FakeDesk], None]:
    def plant(fake: FakeDesk) -> None:
        fake.drops = {part}

    return plant


def _wrong(name: str, value: str) -> Callable[[FakeDesk], None]:
    def plant(fake: FakeDesk) -> None:
        create = fake.create

        def changed(**facts: object) -> object:
            return create(**{**facts, name: value})

        fake.create = changed  # type: ignore[assignment,method-assign]

    return plant


def _ignores_search(fake: FakeDesk) -> None:
    fake.ignores_search = True
    for number in range(30):
        fake.create(subject=f"Another {number}", text="Hello")


def _loses_additions(fake: FakeDesk) -> None:
    fake.add = lambda ticket, message: None  # type: ignore[method-assign]  # noqa: ARG005


def _stays_open(fake: FakeDesk) -> None:
    dialect = fake.dialect

    def stubborn(desk: FakeDesk, request: object) -> Response:
        answer = dialect(desk, request)  # type: ignore[arg-type]
        for ticket in desk.tickets.values():
            ticket.state = "open"
        return answer

    fake.dialect = stubborn


LOSSES: list[tuple[str, Callable[[FakeDesk], None], str]] = [
    ("no requester", _drops("requester"), "requester"),
    ("another requester", _wrong("requester", "robot@hoster.example"), "requester"),
    ("an empty field", _drops("field"), "field"),
    ("a field cut short", _wrong("fields", {"Cause": "test"}), "field"),  # type: ignore[arg-type]
    ("no file", _drops("files"), "file"),
    ("an empty file", _wrong("files", {"1-file.txt": b""}), "file"),  # type: ignore[arg-type]
    ("no priority", _drops("priority"), "priority"),
    ("the usual priority", _wrong("priority", "50"), "priority"),
    ("no queue", _drops("queue"), "queue"),
    ("another queue", _wrong("queue", "General"), "queue"),
    ("half of the text", _drops("text"), "text"),
    ("another subject", _wrong("subject", f"[{REFERENCE}] Ticket"), "subject"),
    ("a search that filters nothing", _ignores_search, "find-other"),
    ("additions that vanish", _loses_additions, "append"),
    ("a ticket that stays open", _stays_open, "close"),
]


@pytest.mark.parametrize(
    ("planted", "kind"), [one[1:] for one in LOSSES], ids=[one[0] for one in LOSSES]
)
def test_a_planted_loss_is_found(planted: Callable[[FakeDesk], None], kind: str) -> None:
    case = next(case for case in CASES if case.kind == "request-tracker")
    with FakeDesk(case.dialect) as fake:
        planted(fake)
        steps = check(case.desk(fake))
    bad = [step for step in steps.values() if not step.is_good]
    if kind in steps:
        assert [step.name for step in bad] == [kind]
    else:
        assert [step.name for step in bad] == ["verify"]
        assert [loss.kind for loss in bad[0].losses] == [kind]


def test_a_desk_that_is_slow_is_called_slow_and_the_ticket_is_closed() -> None:
    case = next(case for case in CASES if case.kind == "request-tracker")
    moments: Iterator[float] = iter([0.0, *[30.0] * 20])
    with FakeDesk(case.dialect) as fake:
        ticket = make_test_ticket(REFERENCE, NOW, queue="hosting", email=None)
        steps = list(check_desk(case.desk(fake), ticket, clock=lambda: next(moments)))
        assert [step.name for step in steps] == ["create", "close", "time"]
        assert next(iter(fake.tickets.values())).state == "solved"


@pytest.mark.parametrize(
    ("language", "works", "needs"),
    [("en", "works", "does not keep the requester"), ("ru", "работает", "не сохраняет: заявитель")],
)
def test_the_command_says_it_in_words(
    monkeypatch: pytest.MonkeyPatch, language: str, works: str, needs: str
) -> None:
    case = next(case for case in CASES if case.kind == "zammad")
    with FakeDesk(case.dialect) as fake:
        settings = SimpleNamespace(operator_email="operator@hoster.example", mail_from=None)
        services = SimpleNamespace(desks=(ConfiguredDesk(case.desk(fake)),), settings=settings)
        monkeypatch.setattr(intake.cli.desks, "load_services", lambda: services)
        run = CliRunner().invoke
        good = run(intake.cli.desks.desks_app, ["check", "--language", language])
        fake.drops = {"requester"}
        bad = run(intake.cli.desks.desks_app, ["check", "desk", "--language", language])
        unknown = run(intake.cli.desks.desks_app, ["check", "nobody"])
    assert (good.exit_code, works in good.output) == (0, True)
    assert (bad.exit_code, needs in bad.output) == (1, True)
    assert unknown.exit_code == 2


def test_a_desk_that_cannot_be_asked_proves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = next(case for case in CASES if case.kind == "osticket")
    with FakeDesk(case.dialect) as fake:
        settings = SimpleNamespace(operator_email=None, mail_from="desk@hoster.example")
        services = SimpleNamespace(desks=(ConfiguredDesk(case.desk(fake)),), settings=settings)
        monkeypatch.setattr(intake.cli.desks, "load_services", lambda: services)
        done = CliRunner().invoke(intake.cli.desks.desks_app, ["check", "--language", "en"])
    assert (done.exit_code, "· can't be read back" in done.output) == (0, True)


def test_no_desk_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake.cli.desks, "load_services", lambda: SimpleNamespace(desks=()))
    monkeypatch.setattr(intake.cli.desks, "language_of_the_system", lambda: "en")
    listed = CliRunner().invoke(intake.cli.desks.desks_app, ["list"])
    assert (listed.exit_code, "INTAKE_DESKS" in listed.output) == (0, True)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "has the queue 'nosuch'"), ("ru", "Очереди «nosuch» нет")]
)
def test_a_queue_that_nobody_has_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, words: str
) -> None:
    case = READABLE[0]
    with FakeDesk(case.dialect) as fake:
        settings = SimpleNamespace(
            operator_email="operator@hoster.example",
            mail_from=None,
            checklists=None,
            data=tmp_path,
        )
        services = SimpleNamespace(
            desks=(ConfiguredDesk(case.desk(fake), takes=("vps",)),),
            settings=settings,
        )
        monkeypatch.setattr(intake.cli.desks, "load_services", lambda: services)
        arguments = ["check", "--language", language, "--queue"]
        unknown = CliRunner().invoke(intake.cli.desks.desks_app, [*arguments, "nosuch"])
        known = CliRunner().invoke(intake.cli.desks.desks_app, [*arguments, "vps"])
    assert words in unknown.output
    assert "hosting" in unknown.output.splitlines()[0]
    assert "vps" in unknown.output.splitlines()[0]
    assert "nosuch" not in known.output
