"""A start that can't succeed ends with a line for the operator: what, why, what to set instead."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.published import copy_published

BAD = Path(__file__).parent.parent / "bad_checklists"


def start(data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    return subprocess.run(
        [sys.executable, "-m", "intake", "serve"],
        env={**clean, "INTAKE_DATA": str(data), **settings},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"INTAKE_DATA": "/proc/nowhere"}, "INTAKE_DATA: /proc/nowhere can't be made"),
        (
            {"INTAKE_DATABASE_URL": "sqlite:////proc/i.db"},
            "INTAKE_DATABASE_URL: the database can't",
        ),
        ({"INTAKE_ADDRESS": "192.0.2.55"}, "INTAKE_ADDRESS: 192.0.2.55:8501 can't be listened on"),
        ({"INTAKE_CHECKLISTS": "/proc/self"}, "INTAKE_CHECKLISTS: there is no checklist in"),
        ({"INTAKE_PORT": "http"}, "INTAKE_PORT: "),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_start_that_fails_says_why_in_a_line(
    tmp_path: Path, published: Path, settings: dict[str, str], said: str
) -> None:
    copy_published(published, tmp_path / "data")
    ended = start(tmp_path / "data", **settings)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"intake: {said}")
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_named(tmp_path: Path, published: Path, taken_port: int) -> None:
    copy_published(published, tmp_path / "data")
    ended = start(tmp_path / "data", INTAKE_PORT=str(taken_port))
    assert f"INTAKE_PORT: {taken_port} is taken by another program" in ended.stderr
    assert ended.returncode == 2


def test_mistakes_in_checklists_are_all_named(tmp_path: Path) -> None:
    folder = tmp_path / "checklists"
    folder.mkdir()
    for name in ("show-if-unknown-choice", "tab"):
        text = (BAD / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    ended = start(tmp_path / "data", INTAKE_CHECKLISTS=str(folder))
    assert "show-if-unknown-choice.yaml:" in ended.stderr
    assert "tab.yaml:" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 2


def test_what_customers_write_is_for_the_services_user_alone(tmp_path: Path) -> None:
    """Even in a folder that somebody made readable for all."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    start(data, INTAKE_CHECKLISTS="/proc/self")  # stops after the database was made
    assert (data / "intake.db").stat().st_mode & 0o077 == 0
