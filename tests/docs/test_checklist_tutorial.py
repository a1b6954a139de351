"""A newcomer's way through docs/checklists.md, word for word, in an empty folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake.cli import app
from tests.docs.checklist_tutorial import FILE, PAGES, commands, follow, steps_in_use

LANGUAGES = sorted(PAGES)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTAKE_CHECKLISTS", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def assert_clean(language: str) -> None:
    linted = run("checklists", "lint", FILE, "--language", language)
    assert linted.exit_code == 0, linted.output
    assert linted.stdout == ""  # no warning either


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_clean_in_an_empty_folder(folder: Path, language: str) -> None:
    steps = steps_in_use(language)
    assert len(steps) == 10
    for step in steps:
        follow(step, folder)
        assert_clean(language)
    tested = run("checklists", "test", FILE, "--coverage")
    assert "2 of 2 tests passed" in tested.stdout
    assert re.search(r"steps +100%", tested.stdout)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yaml")) == [
        "sections/contact.yaml",
        FILE,
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_at_the_head_of_the_page_work_in_their_order(
    folder: Path, language: str
) -> None:
    """`new` begins a good one; what the others say of it is no mistake."""
    ran = commands(language)
    assert [command[1] for command in ran] == ["new", "lint", "test", "draw"]
    for command in ran:
        result = run(*command)
        assert result.exit_code == 0, result.output
    assert (folder / "sections" / "contact.yaml").is_file()
    # The tutorial then writes the same files anew.
    for step in steps_in_use(language):
        follow(step, folder)
    assert_clean(language)


def test_both_pages_build_the_same_files(tmp_path: Path) -> None:
    built = []
    for language in LANGUAGES:
        folder = tmp_path / language
        folder.mkdir()
        for step in steps_in_use(language):
            follow(step, folder)
        built.append({path.name: path.read_text("utf-8") for path in folder.rglob("*.yaml")})
    assert built[0] == built[1]
