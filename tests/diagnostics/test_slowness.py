"""In which phase the time goes by: real servers take their time once, always, for files too."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from diagnostics import Report, finding_text, summarise
from diagnostics.catalogue import Finding
from diagnostics.observations import LoadTimeObservation
from diagnostics.plan import controls
from tests.diagnostics.conftest import LOOPBACK, Lab, ask, codes
from tests.fakes.hostile_http import Behaviour, HostileServer, request_of

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n<h1>The shop</h1>"
LIMIT_S, LATE_S = 0.8, 1.0


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
            stopped.wait(LATE_S)
        connection.sendall(PAGE)

    return behave


def quick(connection: socket.socket, _: threading.Event) -> None:
    request_of(connection)
    connection.sendall(PAGE)


@pytest.fixture(autouse=True)
def _in_less_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same proportions as in the product, so that nobody waits for seconds."""
    limits = dict.fromkeys(("name", "connection", "handshake", "first_byte", "body"), LIMIT_S)
    monkeypatch.setattr("diagnostics.probes.http.REQUEST_S", 60.0)
    monkeypatch.setattr("diagnostics.plan.follow_up._STALL_S", 0.2)
    monkeypatch.setattr("diagnostics.plan.follow_up.SLOW_S", LIMIT_S)
    monkeypatch.setattr("diagnostics.plan.load_times._QUICK_S", LIMIT_S / 2)
    monkeypatch.setattr("diagnostics.rules.phases.LIMITS_S", limits)
    monkeypatch.setattr("diagnostics.rules.web.slowness._QUICK_S", LIMIT_S)
    yield
    controls._recent_results.clear()


def slow_finding(report: Report) -> Finding:
    (finding,) = [finding for finding in report.findings if finding.code == "http.slow"]
    for language in ("en", "ru"):
        text = finding_text(finding, "ru" if language == "ru" else "en")
        assert "…" not in text.title + text.explanation
    return finding


def tries(report: Report) -> list[LoadTimeObservation]:
    rows = [row for row in report.observations if isinstance(row, LoadTimeObservation)]
    for row in rows:
        assert "{" not in summarise(row, "en").text + summarise(row, "ru").text
    return rows


@pytest.mark.parametrize(
    ("behaviour", "variant", "slow_tries"),
    [
        (late(), "first_byte", 3),
        (late(is_once=True), "at_times", 1),
        (late(has_slow_files=True), "whole_server", 3),
    ],
    ids=["each time", "once", "files too"],
)
def test_a_late_first_byte_is_told_apart(
    behaviour: Behaviour, variant: str, slow_tries: int
) -> None:
    forbidden = replace(LOOPBACK, controls=("http://10.0.0.1/", "http://127.0.0.9:25/"))
    with HostileServer(behaviour) as server:
        report = ask(f"http://{server.address}/", options=forbidden)
    assert not any(row.is_control for row in tries(report)), "no control may be dialled"
    parameters = slow_finding(report).parameters
    assert parameters["variant"] == variant
    assert (parameters["slow_tries"], parameters["tries"]) == (slow_tries, 3)
    facts = report.facts()
    assert (facts["slow-phase"], facts["slow-tries"]) == ("first-byte", slow_tries)


def test_a_quick_page_is_opened_once() -> None:
    with HostileServer(quick) as server:
        report = ask(
            f"http://{server.address}/", options=replace(LOOPBACK, controls=("a.example",))
        )
    assert not tries(report)
    assert server.connections == 2, "the page, and the same by address"


def test_one_slow_address_of_two_is_named_beside_the_quick_one(lab: Lab) -> None:
    with HostileServer(late()) as slow, HostileServer(quick) as other:
        lab.name("shop.example", slow.address, other.address)
        finding = slow_finding(lab.ask("http://shop.example/"))
    assert finding.parameters["only_at"] == slow.address
    assert finding.parameters["works_at"] == other.address
    assert other.address in finding_text(finding).explanation


def test_a_control_that_is_as_slow_makes_it_our_own_side() -> None:
    with HostileServer(late()) as server, HostileServer(late()) as control:
        options = replace(LOOPBACK, controls=(f"http://{control.address}/",))
        report = ask(f"http://{server.address}/", options=options)
    assert codes(report) == ["net.vantage_slow"]
    assert report.verdict == "inconclusive"
    assert "slow-phase" not in report.facts()


def test_a_quick_control_leaves_the_slowness_with_the_target() -> None:
    with HostileServer(late()) as server, HostileServer(quick) as control:
        options = replace(LOOPBACK, controls=(f"http://{control.address}/",))
        report = ask(f"http://{server.address}/", options=options)
        assert control.connections == 1
    assert slow_finding(report).parameters["slow_tries"] == 3
    assert [row.is_control for row in tries(report)].count(True) == 1
