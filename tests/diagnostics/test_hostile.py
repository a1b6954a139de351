"""Servers that misbehave: the diagnosis ends in time, without a traceback, with the right name."""

from __future__ import annotations

import gzip
import logging
import socket
import statistics
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import ip_address

import psutil
import pytest

from diagnostics import Failure
from diagnostics.net.deadline import Deadline
from diagnostics.probes.tcp import probe_tcp
from tests.daemons.nginx import NginxSite
from tests.diagnostics.conftest import LOOPBACK, Lab, ask, codes
from tests.diagnostics.everywhere import assert_harmless_everywhere, forms_of
from tests.fakes.hostile_http import (
    Behaviour,
    HostileServer,
    aborts,
    answers,
    at_once,
    closes,
    floods,
    greets,
    repeats,
    request_of,
    resets,
    says,
    speaks_ssh,
    stays_silent,
)

OK = b"HTTP/1.1 200 OK\r\n"
_MAX_GROWTH_BYTES = 20 * 1024 * 1024
# The first may load a library, or a thread of another test's may take memory meanwhile; what a
# server can make us keep, it makes us keep each time.
_TRIES = 3
BEHAVIOURS = {
    "silence": (stays_silent, "tcp.no_answer"),
    "close": (closes, "tcp.reset"),
    "reset": (resets, "tcp.reset"),
    "endless headers": (repeats(OK, b"X-A: 1\r\n" * 900), "http.malformed"),
    "one endless header": (repeats(OK + b"X-A: ", b"a" * 9000), "http.malformed"),
    "dripping headers": (repeats(OK, b"X: 1\r\n", 0.5), "http.timeout"),
    "endless 100 continue": (
        repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 900),
        "http.malformed",
    ),
    "dripping body": (repeats(OK + b"Content-Length: 9999\r\n\r\n", b"x", 0.5), "http.slow"),
    "endless body": (repeats(OK + b"\r\n<title>Big</title>", b"x" * 9999), "ok.reachable"),
    "endless chunks": (
        repeats(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n" * 900),
        "ok.reachable",
    ),
    "short body": (answers(OK + b"Content-Length: 100\r\n\r\nshort"), "http.truncated"),
    "broken chunk": (
        answers(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel"),
        "http.truncated",
    ),
    "huge location": (
        answers(b"HTTP/1.1 302 Found\r\nLocation: http://a.example/" + b"a" * 9000 + b"\r\n\r\n"),
        "http.bad_redirect_target",
    ),
    "rubbish": (answers(b"\x00\x01\x02 what?\r\n\r\n"), "http.malformed"),
    "another protocol": (greets(b"SSH-2.0-OpenSSH_9.2\r\n"), "tcp.wrong_service"),
    "no gzip at all": (
        answers(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
        "http.malformed",
    ),
    "many headers": (answers(OK + b"X: 1\r\n" * 500 + b"\r\nhello"), "ok.reachable"),
    "bad status": (answers(b"HTTP/1.1 abc OK\r\n\r\n"), "http.malformed"),
    "hostile title": (
        answers(OK + b"\r\n<title>\x1b[31m\xe2\x80\xae[red]x[/red]</title>"),
        "ok.reachable",
    ),
}


@pytest.mark.parametrize(("behaviour", "code"), BEHAVIOURS.values(), ids=BEHAVIOURS.keys())
def test_the_run_ends_and_names_it(
    behaviour: Behaviour, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    with HostileServer(behaviour) as server:
        report = ask(f"http://{server.address}/")
    # A body that drips has stopped where the machine is so busy that nothing came for long enough.
    assert codes(report) in ([code], *([["http.timeout"]] if code == "http.slow" else []))
    assert report.duration_s < 10
    assert not caplog.records
    text = report.model_dump_json()
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("behaviour", [stays_silent, resets, closes, greets(b"SSH-2.0-x\r\n")])
def test_https_ends_too(behaviour: Behaviour) -> None:
    with HostileServer(behaviour, (443,)) as server:
        report = ask(f"https://{server.address}/")
    assert report.verdict in {"fault", "inconclusive"}
    assert report.duration_s < 10


def test_the_deadline_stands_above_every_limit() -> None:
    with HostileServer(repeats(OK, b"X: 1\r\n", 0.3)) as server:
        report = ask(f"http://{server.address}/", options=replace(LOOPBACK, deadline_s=1.5))
    assert report.duration_s < 3


def test_a_service_port_gets_no_byte() -> None:
    with HostileServer(greets(b"220 ready\r\n"), (21,)) as server:
        report = ask(f"{server.address}:21")
        assert codes(report) == ["ok.reachable"]
        assert server.connections == 1
        assert server.received == b""
        assert report.facts()["ftp"] == "open"


def test_only_an_ssh_server_that_greets_gets_our_version() -> None:
    with HostileServer(speaks_ssh(b"SSH-2.0-OpenSSH_9.2\r\n"), (22,)) as server:
        report = ask(f"{server.address}:22")
        assert codes(report) == ["ok.reachable"]
        assert server.connections == 1
        assert report.facts()["ssh"] == "open"


@pytest.mark.parametrize(
    "after",
    [
        b"\xff" * 64,
        b"\0\0\0\x20\x08\x14" + b"\xff" * 40,
        b"\0\0\x01\x00\x08\x14" + bytes(16) + b"\xff\xff\xff\xff" + b"x" * 300,
        b"\0\0\0\x14\x08\x15" + bytes(40),
    ],
)
def test_what_no_key_exchange_is_says_nothing(after: bytes) -> None:
    with HostileServer(says(b"SSH-2.0-x\r\n" + after), (22,)) as server:
        report = ask(f"{server.address}:22")
    assert codes(report) == ["ok.reachable"]


def test_a_service_that_should_greet_and_does_not() -> None:
    with HostileServer(stays_silent, (22,)) as server:
        report = ask(f"{server.address}:22")
    assert codes(report) == ["tcp.no_answer"]


def test_a_server_with_everything() -> None:
    with (
        HostileServer(greets(b"220 hello\r\n"), (21, 22, 1500)) as server,
    ):
        report = ask(server.address, kind="server")
    assert report.verdict == "fault"
    told = {(f.code, f.subject.rpartition(":")[2]) for f in report.findings}
    assert told == {("tcp.refused", "80"), ("tcp.refused", "443"), ("tcp.wrong_service", "22")}
    assert report.facts()["opens-by-address"] == "no"


EVIL = (  # what a terminal, rich, a browser, Markdown and a reader's eye would act on
    b"\x1b[2J\x1b]0;x\x07<script>alert(1)</script><!--[red][link=http://x.example]x[/link]"
    b"[y](http://x.example)![z](//x)**b** ~~s~~ http://x.example \xe2\x80\xae"
)
GOOD = b"HTTP/1.1 200 " + EVIL + b"\r\n"
BOMB = gzip.compress(b"\0" * 50_000_000, 9)[:60_000]
TEN: dict[str, tuple[Behaviour, str]] = {
    "drip": (repeats(GOOD, b"X: " + EVIL + b"\r\n", 0.2), "http"),
    "gzip bomb": (answers(GOOD + b"Content-Encoding: gzip\r\n\r\n" + BOMB), "http"),
    "endless headers": (repeats(GOOD, b"Server: " + EVIL + b"\r\n" * 100), "http"),
    "huge location": (
        answers(b"HTTP/1.1 302 X\r\nLocation: /" + EVIL + b"a" * 30_000 + b"\r\n\r\n"),
        "http",
    ),
    "a location with all of it": (
        answers(b"HTTP/1.1 302 X\r\nLocation: //gone.example/" + EVIL + b"\r\n\r\n"),
        "http",
    ),
    "half-open TLS": (at_once(stays_silent, b"\x16\x03\x03\x40\x00\x02"), "https"),
    "escape codes": (greets(b"SSH-2.0-" + EVIL + b"\r\n"), "http"),
    "a page with all of it": (
        answers(b"HTTP/1.1 502 " + EVIL + b"\r\n\r\n<title>" + EVIL + b"</title>"),
        "http",
    ),
    "flood of 1xx": (repeats(b"", b"HTTP/1.1 103 " + EVIL + b"\r\n\r\n" * 50), "http"),
    "endless body": (repeats(GOOD + b"\r\n<title>" + EVIL, b"x" * 60_000), "http"),
    "endless TLS": (at_once(floods(b"\x16\x03\x03\x40\x00" + b"\x02" * 9999)), "https"),
}


@pytest.mark.parametrize(("behaviour", "scheme"), TEN.values(), ids=TEN.keys())
def test_the_verdict_comes_in_time_and_memory_stays(behaviour: Behaviour, scheme: str) -> None:
    with HostileServer(behaviour, (80, 443)) as server:
        for _ in range(_TRIES):
            before = psutil.Process().memory_info().rss
            report = ask(f"{scheme}://{server.address}/")
            grown = psutil.Process().memory_info().rss - before
            assert report.duration_s < 10
            assert_harmless_everywhere(report)
            if grown < _MAX_GROWTH_BYTES:
                return
    pytest.fail(f"grown by {grown} bytes in each of {_TRIES} diagnoses")


def test_what_a_server_says_is_shown_and_stays_text() -> None:
    """Else the test above would judge forms that hold none of it."""
    with HostileServer(
        answers(b"HTTP/1.1 302 " + EVIL + b"\r\nLocation: //gone.example/<script>" + b"\r\n\r\n")
    ) as server:
        forms = forms_of(ask(f"http://{server.address}/"))
    assert all("script" in text for text in forms.values())
    assert "<script" not in forms["html"]


def test_ten_thousand_redirects() -> None:
    def redirects(connection: socket.socket, _: threading.Event) -> None:
        path = request_of(connection).split(b" ")[1]
        number = len(path)
        connection.sendall(b"HTTP/1.1 302 X\r\nLocation: /" + b"a" * number + b"\r\n\r\n")

    with HostileServer(redirects) as server:
        report = ask(f"http://{server.address}/")
        assert codes(report) == ["http.redirect_loop"]
        assert server.connections < 20
    assert_harmless_everywhere(report)


def test_a_certificate_with_markup_in_its_names(lab: Lab) -> None:
    name = EVIL.decode()[:60]
    files = lab.authority.issue("x.example", common_name=name)
    nginx = lab.nginx(certificate=files)
    report = lab.ask(f"https://{nginx.address}/")
    assert "tls.name_mismatch" in codes(report)
    assert_harmless_everywhere(report)


def test_a_reset_before_we_look_who_answers_is_a_reset_too() -> None:
    """The kernel has forgotten the peer by then, and says "not connected"."""
    with HostileServer(aborts, (25,)) as server:
        failures = {
            probe_tcp(
                ip_address(server.address),
                25,
                host=server.address,
                deadline=Deadline.after(5),
                wants_greeting=True,
            ).failure
            for _ in range(300)
        }
    assert failures == {Failure.TCP_RESET}


def test_fifty_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnostics.probes.ping.SPACING_S", 0.2)  # as in the product
    with NginxSite() as site:
        one = ask(f"http://{site.address}/").duration_s
        with ThreadPoolExecutor(50) as pool:
            reports = list(pool.map(lambda _: ask(f"http://{site.address}/"), range(50)))
    assert {tuple(codes(report)) for report in reports} == {("ok.reachable",)}
    assert statistics.median(report.duration_s for report in reports) < max(one * 6, 4)
