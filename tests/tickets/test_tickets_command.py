"""`intake tickets …` and `intake deliver`, as an operator types them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

import intake.cli.deliver
import intake.cli.tickets
from intake.delivery import DeliveryWorker, EmailDesk
from intake.outbox import Outbox
from intake.tickets import Ticket
from tests.fakes.smtp import FakeSmtp
from tests.tickets import example
from tests.tickets.example import Kept

RUNNER = CliRunner()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    kept = Kept(f"sqlite:///{tmp_path}/intake.sqlite3")
    services = SimpleNamespace(
        tickets=kept.tickets,
        worker=DeliveryWorker(kept.engine, []),
        outbox=Outbox(kept.engine),
        engine=kept.engine,
    )
    monkeypatch.setattr(intake.cli.tickets, "load_services", lambda: services)
    monkeypatch.setattr(intake.cli.deliver, "load_services", lambda: services)
    monkeypatch.setenv("COLUMNS", "160")
    kept.services = services  # type: ignore[attr-defined]
    return kept


def tickets(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(intake.cli.tickets.tickets_app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def deliver(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(intake.cli.deliver.deliver_command)
    result = RUNNER.invoke(app, list(arguments))
    return result.exit_code, result.output


def test_list_shows_each_ticket_on_a_line(kept: Kept) -> None:
    sent = kept.send(kept.draft()[1])
    status, output = tickets("list", "--language", "ru")
    assert status == 0
    (line,) = [line for line in output.splitlines() if sent.reference in line]
    for words in ("Сайт отвечает 502", "Анна Ким", "7/8", "waits for delivery", "2026-11-22 14:31"):
        assert words in line
    assert tickets("list", "nobody") == (0, "No ticket fits nobody\n")


@pytest.mark.usefixtures("kept")
def test_list_of_no_ticket_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tickets("list") == (0, "No ticket yet\n")
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert tickets("list", "никто") == (0, "По запросу никто обращений не нашлось\n")


@pytest.mark.parametrize("locale", ["C.UTF-8", "ru_RU.UTF-8"])
def test_list_fits_a_terminal_of_80_columns(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    name = "Анна Ким из отдела, у которого очень длинное название, и не одно"
    sent = [kept.send(kept.draft(example.draft(name=name))[1]) for _ in range(2)]
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("COLUMNS", "80")
    assert name in tickets("list")[1]  # into a file, whole
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = re.sub(r"\x1b\[[0-9;]*m", "", tickets("list")[1]).splitlines()
    assert len(shown) == 1 + len(sent)
    assert all(len(line) <= 80 for line in shown)
    assert all("shop.example: " in line or "…" in line for line in shown[1:])
    monkeypatch.setenv("COLUMNS", "50")
    assert tickets("list")[1].count("…") >= len(sent)


def test_list_reads_no_markup_in_a_name(kept: Kept) -> None:
    kept.send(kept.draft(example.draft(name="[red]Bo[/]\x1b[31m"))[1])
    assert "[red]Bo[/][U+001B]" in tickets("list")[1]


def test_list_as_json(kept: Kept) -> None:
    sent = kept.send(kept.draft()[1])
    (row,) = json.loads(tickets("list", "--json")[1])
    assert row["reference"] == sent.reference
    assert row["cause"]["en"] == "The site answers 502"
    assert row["created_at"] == "2026-11-22T14:31:07+00:00"


@pytest.mark.parametrize("arguments", [["--json"], ["--format", "json"]])
def test_show_as_json_is_the_document(kept: Kept, arguments: list[str]) -> None:
    sent = kept.send(kept.draft()[1])
    assert Ticket.model_validate_json(tickets("show", sent.reference, *arguments)[1]) == sent


@pytest.mark.parametrize(
    ("form", "words"),
    [("text", "== Answers"), ("markdown", "## Answers"), ("html", "<h2>Answers</h2>")],
)
def test_show_in_each_form(kept: Kept, form: str, words: str) -> None:
    sent = kept.send(kept.draft()[1])
    spelling = sent.reference.lower().replace("-", "")
    assert words in tickets("show", spelling, "--format", form, "--language", "en")[1]


def test_a_mistyped_reference_is_told_from_one_that_is_not_here(kept: Kept) -> None:
    kept.send(kept.draft()[1])
    assert tickets("show", "H4X-7PM-2KX")[0] == 2
    other = example.ticket().reference
    status, output = tickets("show", "000-000-000")
    assert (status, "There is no ticket 000-000-000 here" in output) == (1, True)
    assert other


@pytest.fixture
def smtp(kept: Kept) -> Iterator[FakeSmtp]:
    """A mail server that the `intake deliver` of these tests delivers to."""
    smtp = FakeSmtp()
    desk = EmailDesk(smtp.url, to="desk@hoster.example", sender="intake@hoster.example")
    services = kept.services  # type: ignore[attr-defined]
    services.worker = DeliveryWorker(kept.engine, [desk], pick=lambda _low, _high: 0.0)
    smtp.up()
    yield smtp
    smtp.down()


@pytest.mark.usefixtures("smtp")
def test_a_reference_that_nobody_has_is_not_tried_again(kept: Kept) -> None:
    kept.send(kept.draft()[1])
    status, output = deliver("--retry", "000-000-000")
    assert (status, "There is no ticket 000-000-000 here" in output) == (2, True)


def test_deliver_says_that_no_desk_is_set_up(kept: Kept) -> None:
    kept.send(kept.draft()[1])
    assert deliver()[0] == 1


@pytest.mark.usefixtures("smtp")
def test_deliver_says_what_happened(kept: Kept) -> None:
    sent = kept.send(kept.draft()[1])
    status, output = deliver()
    assert status == 0
    assert output.endswith(f"{sent.reference} is with desk 'email'\n")
    assert deliver() == (0, "Nothing waits\n")


@pytest.fixture
def parked(kept: Kept, smtp: FakeSmtp) -> list[str]:
    """Two tickets that the desk has refused; the desk takes everything from now on."""
    smtp.at_data = lambda: "554 Too like spam"
    references = [kept.send(kept.draft()[1]).reference for _ in range(2)]
    status, output = deliver()
    assert status == 1
    for reference in references:
        assert f"{reference} is parked, a person must look at it." in output
        assert f"intake deliver --retry {reference}" in output
    smtp.at_data = lambda: None
    return references


@pytest.mark.usefixtures("parked")
def test_deliver_never_says_that_nothing_is_due_while_something_is_parked() -> None:
    status, output = deliver()
    assert status == 1
    assert "Nothing waits" not in output
    assert "Parked, nobody tries them again: 2" in output
    assert output.count("answered 554 Too like spam") == 2
    assert "intake deliver --retry" in output
    assert "--all-parked" in output


def test_a_parked_ticket_is_tried_again_by_its_reference(parked: list[str], smtp: FakeSmtp) -> None:
    first, second = parked
    status, output = deliver("--retry", first.lower().replace("-", " "))
    assert f"{first} is with desk 'email'" in output
    assert status == 1  # the other one is parked still
    assert second in output
    assert [mail["X-Intake-Reference"] for mail in smtp.mails()] == [first]


def test_everything_parked_is_tried_again(parked: list[str], smtp: FakeSmtp) -> None:
    status, _ = deliver("--all-parked")
    assert status == 0
    assert {mail["X-Intake-Reference"] for mail in smtp.mails()} == set(parked)
    assert deliver("--all-parked") == (0, "Nothing is parked\nNothing waits\n")


@pytest.mark.usefixtures("smtp")
def test_retry_of_what_is_no_reference_or_not_parked_says_so(kept: Kept) -> None:
    sent = kept.send(kept.draft()[1])
    assert deliver("--retry", "H4X-7PM-2KX")[0] == 2
    status, output = deliver("--retry", sent.reference)
    assert status == 0
    assert output.startswith(f"Nothing of {sent.reference} is parked\n")
