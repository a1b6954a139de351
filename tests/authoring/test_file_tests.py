"""Tests that stand in a file, what they reach of it, and customers made up at random."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from intake.authoring.drawing.diagram import mermaid, stations
from intake.authoring.drawing.svg import svg
from intake.authoring.loader import examine_file
from intake.authoring.problems import ChecklistErrors
from intake.authoring.simulation.coverage import coverage_of
from intake.authoring.simulation.file_tests import run_tests
from intake.authoring.simulation.fuzzing import find_troubles
from intake.cli.checklists import checklists_app
from intake.journey import Checklist
from intake.journey.checklist_paths import checklist_files, shipped_folder
from tests.sketches import CONTACT, load_sketch

STEPS = """checklist: small
title: Small
steps:
  - {ask: site, kind: target, text: Site}
  - {check: web, diagnose: site, of: site}
  - {tell: pay, text: Pay, show-if: {web.cause: http.suspended_page}, solved: offer}
  - {ask: scope, kind: choice, text: Scope, choices: {one: One, all: All}}
  - {ask: more, kind: text, text: More, show-if: {scope: all}}
ticket:
  subject: "{site}"
  priority: [{when: {scope: all}, is: urgent}, {otherwise: normal}]
  queue: [{otherwise: hosting}]
tests:
"""


def made(tests: str) -> Checklist:
    return load_sketch(STEPS + tests)


def unmet(tests: str) -> list[str]:
    """What the tests don't get, or what the lint says of them before they are run."""
    try:
        checklist = made(tests)
    except ChecklistErrors as errors:
        return [str(each) for each in errors.problems]
    return [
        f"{result.name}: {'.'.join(map(str, each.path))}: {each.message_in('en')}"
        for result in run_tests(checklist)
        for each in result.unmet
    ]


def test_a_test_that_holds_has_nothing_to_say() -> None:
    assert (
        unmet(
            "  - name: all\n"
            "    given: {web: {finding: http.bad_gateway}}\n"
            "    answers: {site: 203.0.113.10, scope: all, more: since 14:20}\n"
            "    expect: {asked: [more], not-told: [pay], end: ticket, priority: urgent,"
            " subject: 203.0.113.10, items: {scope: all}}\n"
        )
        == []
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("answers: {site: a.example, scope: one}\n    expect: {asked: [more]}", "not shown"),
        ("answers: {site: a.example, scope: one}\n    expect: {priority: urgent}", "'normal'"),
        ("answers: {site: a.example}\n    expect: {end: ticket}", "scope is not answered"),
        ("answers: {site: a.example, scope: three}", "no choice of it"),
        ("answers: {site: a.example, scope: one, more: the cart alone}", "not asked on this path"),
        ("answers: {sight: a.example}", "did you mean 'site'"),
        ("given: {web: {finding: http.bad_gatway}}", "did you mean 'http.bad_gateway'"),
        ("given: {wob: failed}", "did you mean 'web'"),
        ("given: {web: {status: many}}", "is a number"),
        ("answers: {site: a.example, scope: one}\n    expect: {end: solved}", "ends in 'ticket'"),
        (
            "answers: {site: a.example, scope: one}\n    expect: {items: {scope: all}}",
            "it says 'one'",
        ),
    ],
)
def test_what_does_not_hold_is_told(body: str, told: str) -> None:
    lines = unmet(f"  - name: one\n    {body}\n")
    assert any(told in line for line in lines), lines


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("answers: {site: a.example, scope: one}\n    expect: {asked: [more]}", "не показан"),
        ("answers: {site: a.example, scope: one}\n    expect: {priority: urgent}", "срочность: "),
        ("answers: {site: a.example}\n    expect: {end: ticket}", "нет ответа на scope"),
        ("answers: {site: shop, scope: one}", "клиент прочтёт: В имени сайта"),
    ],
)
def test_an_author_reads_it_in_russian_too(body: str, told: str) -> None:
    results = run_tests(made(f"  - name: one\n    {body}\n"))
    lines = [unmet.message_in("ru") for result in results for unmet in result.unmet]
    assert any(told in line for line in lines), lines


def test_for_each_runs_once_for_each_value() -> None:
    checklist = made(
        "  - name: paid\n    for-each: {web: [http.suspended_page, http.slow]}\n"
        "    answers: {site: a.example, scope: one}\n    expect: {told: [pay], end: ticket}\n"
    )
    results = {result.name: result.passed for result in run_tests(checklist)}
    assert results == {"paid (http.suspended_page)": True, "paid (http.slow)": False}


def test_coverage_names_what_no_test_reaches() -> None:
    checklist = made(
        "  - name: one\n    given: {web: failed}\n    answers: {site: a.example, scope: one}\n"
    )
    covered = coverage_of(checklist, run_tests(checklist))
    assert covered.steps.missed == ("pay", "more")
    assert covered.choices.missed == ("scope=all",)
    assert covered.ends.missed == ("solved",)
    assert covered.findings.missed == ("web:http.suspended_page",)
    assert not covered.is_complete


@pytest.mark.parametrize("file", checklist_files(shipped_folder()), ids=lambda file: file.stem)
def test_the_shipped_ones_pass_their_tests_which_reach_everything(file: Path) -> None:
    checklist = examine_file(file).checklist
    assert checklist is not None
    results = run_tests(checklist)
    assert [(one.name, one.unmet) for one in results if not one.passed] == []
    assert coverage_of(checklist, results).is_complete


@pytest.mark.parametrize("file", checklist_files(shipped_folder()), ids=lambda file: file.stem)
def test_generated_customers_meet_no_trouble(file: Path) -> None:
    checklist = examine_file(file).checklist
    assert checklist is not None
    assert find_troubles(checklist, walks=60) == ()


def test_exploring_cuts_a_long_path_down_to_where_it_begins() -> None:
    (trouble,) = find_troubles(made("  []\n"), walks=60, longest=2)
    assert trouble.kind == "too-long"
    assert trouble.path[-1].startswith("more=")


def test_the_command_tells_files_lines_and_status(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(
        STEPS.replace("ticket:", f"{CONTACT}ticket:") + "  - name: one\n"
        "    answers: {site: a.example, scope: one, email: anna@a.example}\n"
        "    expect: {priority: urgent}\n",
        encoding="utf-8",
    )
    run = CliRunner().invoke(checklists_app, ["test", "--coverage", str(file)])
    assert run.exit_code == 1
    assert "0 of 1 tests passed" in run.output
    assert "expect.priority: the priority is 'normal'" in run.output
    assert "not reached: scope=all" in run.output
    rows = json.loads(
        CliRunner().invoke(checklists_app, ["test", "--coverage", "--json", str(file)]).output
    )
    assert rows[0]["coverage"]["choices"] == {"share": 0.5, "missed": ["scope=all"]}


def test_a_drawing_has_every_step_and_condition_in_both_languages() -> None:
    examined = examine_file(shipped_folder() / "site-down.yaml")
    checklist = examined.checklist
    assert checklist is not None
    for language, said in (("en", "if you chose “Something else”"), ("ru", "если вы выбрали")):
        drawn = svg(checklist, language, examined.outline)
        assert said in drawn
        assert "sections/contact" in drawn
        text = mermaid(checklist, language, examined.outline)
        assert text.startswith("flowchart TD")
        assert "classDef measured" in text
    opened = stations(checklist, "en", examined.outline, collapse=False)
    assert {step.id for step in checklist.steps} <= {one.id for one in opened}
    assert len(stations(checklist, "en", examined.outline)) < len(opened)


def test_words_in_a_drawing_are_only_words() -> None:
    hostile = load_sketch(
        STEPS.replace("text: More", "text: '<script>\"]; click s0 evil'") + "  []\n"
    )
    assert "<script" not in svg(hostile)
    assert '"];' not in mermaid(hostile)


def test_exploring_without_its_package_names_the_extra_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)  # as if it weren't installed
    monkeypatch.delitem(sys.modules, "intake.authoring.simulation.fuzzing", raising=False)
    result = CliRunner().invoke(checklists_app, ["test", "something-else", "--explore"])
    assert result.exit_code == 2
    assert "pip install 'hosting-intake[explore]'" in result.stderr
    plain = CliRunner().invoke(checklists_app, ["test", "something-else"])
    assert plain.exit_code == 0
