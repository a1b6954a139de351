"""Which folder the commands for checklists read where none is named, and how they say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from intake.cli import app
from intake.cli.own_folder import own_folder
from intake.journey.checklist_paths import shipped_folder


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("INTAKE_CHECKLISTS", "INTAKE_DATA", "INTAKE_CONFIG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)


def test_without_any_it_is_the_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert own_folder() == shipped_folder()
    assert "shipped; INTAKE_CHECKLISTS names another" in capsys.readouterr().err


@pytest.mark.parametrize("data", ["data", "elsewhere"])
def test_what_the_studio_published_is_what_serves(
    tmp_path: Path, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if data != "data":
        (tmp_path / "intake.toml").write_text(f'data = "{data}"\n')
    published = Path(data) / "checklists"
    published.mkdir(parents=True)
    assert own_folder("ru") == published
    assert "ваши, их публикует студия" in capsys.readouterr().err


def test_the_setting_counts_in_the_file_too(tmp_path: Path) -> None:
    (tmp_path / "intake.toml").write_text('checklists = "mine"\n')
    (tmp_path / "mine").mkdir()
    (tmp_path / "data" / "checklists").mkdir(parents=True)
    assert own_folder() == Path("mine")


def test_list_takes_files_and_folders_as_lint_does(tmp_path: Path) -> None:
    """`--folder` alone was unlike every other command for checklists."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(f"checklist: {name}\n")

    def listed(*words: str) -> list[str]:
        result = CliRunner().invoke(app, ["checklists", "list", "--json", *words])
        return [row["id"] for row in json.loads(result.stdout)]

    assert listed(".") == listed("--folder", ".") == listed("one.yaml", "two.yaml")
    assert listed("two.yaml") == ["two"]
    nothing = CliRunner().invoke(app, ["checklists", "list", "three.yaml"])
    assert nothing.exit_code == 2
    assert "three.yaml" in nothing.stderr


def test_an_author_among_files_of_their_own_is_told_how_to_read_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lint` said that there were no mistakes, and it was about the shipped ones."""
    own_folder(command="lint")
    assert "lint ." not in capsys.readouterr().err
    (tmp_path / "vpn.yaml").write_text("checklist: vpn\n")
    own_folder(command="lint")
    assert "intake checklists lint ." in capsys.readouterr().err
