"""In which phase the time goes by: real servers take their time once, always, for files too."""

from __future__ import annotations

import socket
import threading

import pytest

from diagnostics import Report, finding_text
from tests.diagnostics.conftest import ask
from tests.fakes.hostile_http import Behaviour, HostileServer, request_of

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n<h1>The shop</h1>"


def late(*, is_once: bool = False, has_slow_files: bool = False) -> Behaviour:
    """Answer the start page after its time, once or always; files at once, or late as well."""
    first = threading.Lock()

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        request = request_of(connection)
        is_page = request.startswith(b"GET / ")
        waits = (is_page and (not is_once or first.acquire(blocking=False))) or (
            not is_page and has_slow_files
        )
        if waits:
            stopped.wait(2)
        connection.sendall(PAGE)

    return behave


@pytest.fixture(autouse=True)
def _in_less_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same proportions as in the product, so that nobody waits for seconds."""
    monkeypatch.setattr("diagnostics.probes.http.REQUEST_S", 60.0)
    monkeypatch.setattr("diagnostics.plan.follow_up._STALL_S", 0.2)
    monkeypatch.setattr("diagnostics.plan.follow_up.SLOW_S", 1.5)
    monkeypatch.setattr("diagnostics.rules.slowness._SLOW_S", 1.5)
    monkeypatch.setattr("diagnostics.rules.slowness._QUICK_S", 1.4)


def slowness(report: Report) -> str:
    (finding,) = [finding for finding in report.findings if finding.code == "http.slow"]
    text = finding_text(finding, "en")
    assert "…" not in text.title + text.explanation
    return str(finding.parameters["variant"])


@pytest.mark.parametrize(
    ("behaviour", "variant"),
    [
        (late(), "first_byte"),
        (late(is_once=True), "at_times"),
        (late(has_slow_files=True), "whole_server"),
    ],
    ids=["each time", "once", "files too"],
)
def test_a_late_first_byte_is_told_apart(behaviour: Behaviour, variant: str) -> None:
    with HostileServer(behaviour) as server:
        assert slowness(ask(f"http://{server.address}/")) == variant
