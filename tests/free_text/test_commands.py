"""`intake read-text` and `judge-text`: one JSON object for each line, whatever the lines are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from intake.cli import app

RUNNER = CliRunner()


def _rows(command: str, lines: bytes, *options: str) -> list[dict[str, Any]]:
    result = RUNNER.invoke(app, [command, "-", *options], input=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_read_text_answers_each_line_and_masks_secrets() -> None:
    lines = 'shop.example 502 с 14:20\n"пароль: Qwerty123!\\ninfo@shop.example"\n\n'.encode()
    at = ("--at", "2026-11-29T14:00:00", "--zone", "Europe/Moscow")
    first, second, blank = _rows("read-text", lines, *at)
    assert (first["target"], first["code"]) == ("shop.example", "502")
    assert first["since"]["at"] == "2026-11-29T14:20+03:00"
    assert (second["mailbox"], second["secrets"]) == ("info@shop.example", ["password"])
    assert "Qwerty" not in second["text"]
    assert blank["target"] is None


def test_judge_text_tells_the_clear_the_unclear_and_the_empty() -> None:
    lines = "сертификат истек, браузер пишет небезопасно\nпривет\nÿþ\n{\n"
    certificate, greeting, odd, brace = _rows("judge-text", lines.encode())
    assert certificate["checklist"] == "certificate-warning"
    assert (greeting["empty"], greeting["why"], greeting["checklist"]) == (True, "greeting", None)
    assert odd["checklist"] is None
    assert brace["empty"]


@pytest.mark.parametrize("command", ["read-text", "judge-text"])
def test_bytes_that_are_no_text_end_nothing(command: str) -> None:
    assert len(_rows(command, b"\xff\xfe\x00\nsite down\n")) == 2
