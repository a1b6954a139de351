"""The data folder: who may read it, and what the doctor says of one that can't be made."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from intake.bootstrap import load_services
from intake.operations.doctor import machine
from intake.settings import Settings


def test_a_command_that_makes_the_database_closes_it_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`intake users list` before the first start left it readable for everybody."""
    data = tmp_path / "data"
    monkeypatch.setenv("INTAKE_DATA", str(data))
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o022)
    try:
        services = load_services()
        assert len(_modes(data)) == 3
        assert set(_modes(data).values()) == {0o600}
        for name in _modes(data):  # as an older release left them
            (data / name).chmod(0o644)
        again = load_services()
        assert set(_modes(data).values()) == {0o600}
    finally:
        os.umask(before)
    services.engine.dispose()
    again.engine.dispose()


def _modes(data: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.glob("intake.db*")}


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("new/below", "folder-missing"),
        ("file", "folder-no-folder"),
        ("file/x", "folder-unmakeable"),
    ],
)
def test_the_doctor_tries_who_could_make_the_folder(tmp_path: Path, place: str, code: str) -> None:
    (tmp_path / "file").touch()
    (said,) = machine.examine_folder(Settings(data=tmp_path / place))
    assert said.code == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_where_nobody_can_make_a_folder_the_start_and_the_doctor_agree() -> None:
    """The folder of /proc can be written, says its mode; no folder can be made there."""
    (said,) = machine.examine_folder(Settings(data=Path("/proc/intake-data")))
    assert said.code == "folder-unmakeable"
    assert "/proc" in said.words("en")
