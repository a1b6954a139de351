"""`intake checklists`: lint, list and try, with their exit statuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from diagnostics import CODES, Finding, Report, read_target
from intake.cli.checklists import checklists_app

Attempt = Callable[..., Result]

ANSWERS = """
site: shop.example
scope: one
since: yesterday 14:20
changed: update
changed-details: updated the WooCommerce plugin
before: first-time
email: anna@shop.example
"""
MEASURED = "web: {finding: http.bad_gateway}\nenvironment: {browser: Chrome 156}\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(checklists_app, [str(each) for each in arguments])


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    def make(answers: str, measured: str = MEASURED, *more: str, name: str = "site-down") -> Result:
        (tmp_path / "answers.yaml").write_text(answers, encoding="utf-8")
        (tmp_path / "measured.yaml").write_text(measured, encoding="utf-8")
        files = ("--answers", tmp_path / "answers.yaml", "--measured", tmp_path / "measured.yaml")
        return run("try", name, *files, *more)

    return make


def test_the_shipped_checklists_are_clean_and_listed() -> None:
    assert run("lint").exit_code == 0
    listed = json.loads(run("list", "--json").stdout)
    assert {"server-down", "site-down", "something-else"} <= {row["id"] for row in listed}
    assert all(row["version"] for row in listed)
    assert "site-down" in run("list").stdout


def test_lint_underlines_the_words(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("checklist: x\ntitel: X\nsteps:\n  - {ask: a, kind: txt, text: A}\n")
    result = run("lint", file)
    assert result.exit_code == 1
    assert (
        f"{file}:2:1: 'titel' is not a key of the checklist; did you mean 'title'?" in result.stdout
    )
    assert "    titel: X\n    ^^^^^\n" in result.stdout
    rows = json.loads(run("lint", file, "--json").stdout)
    assert set(rows[0]) == {
        "file",
        "line",
        "column",
        "severity",
        "code",
        "message",
        "suggestion",
    }


def test_lint_of_nothing_is_told(tmp_path: Path) -> None:
    assert run("lint", tmp_path).exit_code == 2
    assert run("lint", tmp_path / "none.yaml").exit_code == 2


def test_a_try_shows_the_questions_and_the_advice_that_came(attempt: Attempt) -> None:
    way, _, ticket = attempt(ANSWERS).stdout.partition("\n\n")
    lines = way.splitlines()
    assert lines[0] == "Questions and advice, in order:"
    assert lines[1] == "  site: shop.example"
    assert "[advice: went on] The web server works, the program behind it" in lines[2]
    assert "  error: 502 Bad Gateway (measured, not asked)" in lines
    assert any(line.endswith("(measured, not asked)") for line in lines)
    assert ticket.startswith("The site answers 502")


def test_a_try_shows_the_way_to_what_is_missing(attempt: Attempt) -> None:
    result = attempt("site: shop.example\n", MEASURED, "--language", "ru")
    assert result.exit_code == 3
    assert result.stdout.startswith("Вопросы и советы по порядку:\n  site: shop.example\n")


def test_a_try_keeps_the_json_of_the_ticket_clean(attempt: Attempt) -> None:
    result = attempt(ANSWERS, MEASURED, "--json")
    assert json.loads(result.stdout)["advice"][0]["result"] == "not-helped"
    assert "Questions and advice" in result.stderr


def test_a_complete_try_prints_the_ticket(attempt: Attempt) -> None:
    result = attempt(ANSWERS)
    assert result.exit_code == 0, result.output
    assert "shop.example" in result.stdout
    assert "updated the WooCommerce plugin" in result.stdout
    ticket = json.loads(attempt(ANSWERS, MEASURED, "--json").stdout)
    sources = {item["id"]: item["source"] for item in ticket["items"]}
    assert sources["error"] == "measured"
    assert sources["browser"] == "browser"
    assert sources["own-connection"] == "inferred"
    assert (ticket["queue"], ticket["priority"]) == ("hosting", "high")


def test_what_is_missing_is_listed_with_status_3(attempt: Attempt) -> None:
    lines = [line for line in ANSWERS.splitlines() if "email" not in line]
    result = attempt("\n".join(lines))
    assert result.exit_code == 3
    assert "email" in result.stdout
    result = attempt("", "", "--json")
    assert result.exit_code == 3
    assert "site" in [row["id"] for row in json.loads(result.stdout)["missing"]]


def test_solved_needs_no_ticket(attempt: Attempt) -> None:
    result = attempt(ANSWERS + "restart-php: solved\n")
    assert result.exit_code == 0
    assert "Solved without a ticket" in result.stdout


def test_null_is_dont_know_and_insisted_keeps_a_thin_answer(attempt: Attempt) -> None:
    thin = ANSWERS.replace("updated the WooCommerce plugin", "'...'")
    assert attempt(thin).exit_code == 2
    kept = ANSWERS.replace("updated the WooCommerce plugin", "{value: '...', insisted: true}")
    ticket = json.loads(
        attempt(kept.replace("scope: one", "scope: null"), MEASURED, "--json").stdout
    )
    items = {item["id"]: item for item in ticket["items"]}
    assert items["changed-details"]["insisted"]
    assert items["scope"]["source"] == "unknown"


@pytest.mark.parametrize(
    ("answers", "measured", "words"),
    [
        ("sitte: x", "", "did you mean 'site'"),
        ("- a", "", "mapping of answers"),
        pytest.param("# " + "я" * 4_200_000, "", "larger than 8 MB", id="the limit parts a letter"),
        ("a: [", "", "answers.yaml:1"),
        ("site: 192.168.0.1", "", "192.168.0.1"),
        ("scope: most", "", "'scope'"),
        ("site: {value: shop.example, insisted: maybe}", "", "true or false"),
        ("", "wep: {finding: http.bad_gateway}", "did you mean 'web'"),
        ("", "web: {finding: http.bad_gatway}", "did you mean 'http.bad_gateway'"),
        ("", "web: {findin: http.bad_gateway}", "did you mean 'finding'"),
        ("", "web: nonsense", "or failed"),
        ("", "web: {findings: [], observations: []}", "no target"),
        ("", "web: {target: {input: shop.example}, findings: [1]}", "no report"),
        ("", "environment: {brwser: x}", "mapping of"),
        ("", "environment: 3", "mapping of"),
    ],
)
def test_what_is_wrong_is_told_with_status_2(
    attempt: Attempt, answers: str, measured: str, words: str
) -> None:
    result = attempt(answers, measured)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_file_or_checklist_that_is_not_there_is_told() -> None:
    assert run("try", "site-down", "--answers", "/nowhere/x.yaml").exit_code == 2
    result = run("try", "site-dwon", "--answers", "/dev/null")
    assert result.exit_code == 2
    assert "site-down" in result.output


def test_a_printed_report_is_taken_as_measured(attempt: Attempt) -> None:
    """The very JSON that `intake diagnose --json` prints."""
    info = CODES["http.bad_gateway"]
    report = Report(
        target=read_target("shop.example").target,
        kind="site",
        verdict="fault",
        findings=(
            Finding(
                code="http.bad_gateway",
                severity=info.severity,
                layer=info.layer,
                fixer=info.fixer,
                symptom=info.symptom,
                subject="shop.example",
            ),
        ),
        observations=(),
        started_at=datetime.now(UTC),
        duration_s=1.0,
    )
    measured = json.dumps({"web": report.as_dict("en")})
    result = attempt(ANSWERS, measured, "--json")
    assert result.exit_code == 3, result.output  # the browser is not known here
    named = attempt(ANSWERS + "browser: Firefox 144\n", measured, "--json")
    assert named.exit_code == 0, named.output
    sources = {item["id"]: item["source"] for item in json.loads(named.stdout)["items"]}
    assert sources["error"] == "measured"


def test_what_is_wrong_is_told_in_the_terminals_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    missing = tmp_path / "none.yaml"
    words = ["try", "site-down", "--answers", str(missing)]
    said = CliRunner().invoke(checklists_app, words).output
    assert said.endswith(f"{missing} не читается: такого файла нет\n")
