"""Which folder the commands for checklists read where none is named, and how they say it."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_an_author_among_files_of_their_own_is_told_how_to_read_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lint` said that there were no mistakes, and it was about the shipped ones."""
    own_folder(command="lint")
    assert "lint ." not in capsys.readouterr().err
    (tmp_path / "vpn.yaml").write_text("checklist: vpn\n")
    own_folder(command="lint")
    assert "intake checklists lint ." in capsys.readouterr().err
