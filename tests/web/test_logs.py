"""Logs: one JSON object a line, also of the libraries, and no keys or mailboxes in it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from intake.web.running.logs import without_secrets

_SCRIPT = """
import logging, structlog
from streamlit.logger import get_logger
from intake.web.running.logs import adopt_framework_logs, set_up_logs
early = get_logger("streamlit.early")
set_up_logs("info")
adopt_framework_logs()
with structlog.contextvars.bound_contextvars(request="abc123"):
    structlog.get_logger().info("sent", to="anna@shop.example")
    try:
        raise ValueError("bad /t/0123456789abcdefXYZ")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
logging.getLogger("library").info("nobody needs this")
early.info("nor this")
early.error("of the framework")
get_logger("uvicorn.error").warning("of the server")
try:
    raise ValueError("a stranger's bytes")
except ValueError as error:
    early.warning("Error deserializing back message", exc_info=error)
"""


def test_every_line_is_an_object_with_the_requests_number() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    foreign = "Error deserializing back message"
    said = ["sent", "Exception in ASGI application", "of the framework", "of the server", foreign]
    assert [line["event"] for line in lines] == said
    assert [line.get("request") for line in lines] == ["abc123", "abc123", None, None, None]
    # Whoever opens a socket and sends a byte must not fill the log with tracebacks.
    assert "exception" not in lines[-1]
    assert lines[1]["logger"] == "uvicorn.error"
    assert "ValueError" in lines[1]["exception"]
    assert "0123456789" not in done.stderr
    assert "anna" not in done.stderr


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /t/Zk3-abc_DEF012345 failed", "GET /t/… failed"),
        ("POST /panel/Zk3-abc_DEF012345 failed", "POST /panel/… failed"),
        ("/?case=abcdefgh12345&step=site", "/?case=…&step=site"),
        ("/staff?token=abcdefgh12345", "/staff?token=…"),
        ("Authorization: Bearer abcdefgh12345", "Authorization: Bearer …"),
        ("smtp+starttls://desk:secret@mail.example:587", "smtp+starttls://…@mail.example:587"),
        ("550 no such user anna.kim@shop.example", "550 no such user …@…"),
        ("https://shop.example/t/x answers", "https://shop.example/t/x answers"),
        ("shop.example is down", "shop.example is down"),
    ],
)
def test_keys_and_mailboxes_are_masked(said: str, kept: str) -> None:
    assert without_secrets(None, "info", {"event": said, "count": 3}) == {"event": kept, "count": 3}
