"""The staff's token: nobody signs in with none, and no start makes one that could be guessed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from intake.bootstrap import Services
from intake.settings import Settings, SettingsError, load_settings
from intake.settings.staff_token import read_staff_token
from intake.web.pages import Pages
from intake.web.sign_in.staff import Accounts, StaffDoor


def test_a_first_start_makes_a_token_for_its_owner_alone(tmp_path: Path) -> None:
    token = read_staff_token(Settings(data=tmp_path))
    assert len(token) >= 40
    assert read_staff_token(Settings(data=tmp_path)) == token
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "\n", " " * 40, "short", "x" * 19])
def test_a_file_with_less_than_a_token_stops_the_start(tmp_path: Path, content: str) -> None:
    """An empty file made `/staff?token=` a key to every ticket."""
    (tmp_path / "staff-token").write_text(content)
    with pytest.raises(SettingsError, match=r"staff-token: .* could be guessed\. Use 20"):
        read_staff_token(Settings(data=tmp_path))


@pytest.mark.parametrize("value", ["short", "", " " * 30, "x" * 19])
def test_a_setting_with_less_than_a_token_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("INTAKE_DATA", str(tmp_path))
    monkeypatch.setenv("INTAKE_STAFF_TOKEN", value)
    with pytest.raises(SettingsError, match="INTAKE_STAFF_TOKEN"):
        read_staff_token(load_settings())


def test_a_disk_that_is_full_leaves_no_empty_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left on device"):
        read_staff_token(Settings(data=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_first_starts_at_once_agree(tmp_path: Path) -> None:
    """Six times in 1,500 one of two read the other's empty file."""
    code = (
        "import sys; from pathlib import Path; from intake.settings import Settings;"
        "from intake.settings.staff_token import read_staff_token; sys.stdin.read();"
        f"print(read_staff_token(Settings(data=Path({str(tmp_path)!r}))))"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for start in starts:
        assert start.stdin is not None
        start.stdin.close()
        start.stdin = None
    tokens = {start.communicate(timeout=180)[0] for start in starts}
    assert len(tokens) == 1
    assert len(tokens.pop().strip()) >= 40


@pytest.mark.parametrize("token", ["", " ", "%20"])
def test_no_token_never_signs_in(client: TestClient, token: str) -> None:
    assert "set-cookie" not in client.get(f"/staff?token={token}").headers
    answer = client.post("/staff", data={"token": unquote(token)})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", " ", "short"])
def test_a_door_without_a_lock_is_not_built(product: Services, token: str) -> None:
    accounts = Accounts(product.sessions, product.users, product.audit)
    with pytest.raises(ValueError, match="20"):
        StaffDoor(token, accounts, Pages("Acme", "en"), "en")
