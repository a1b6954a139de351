"""A page that comes at times: one server of several is broken, or our own requests count."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from diagnostics import Report, finding_text
from diagnostics.rules import Evidence
from diagnostics.targets import parse_target
from tests.diagnostics.conftest import Lab, codes
from tests.diagnostics.test_rules import base, http
from tests.fakes.hostile_http import HostileServer, request_of

HOST = "shop.example"
_PAGE = b"<title>Mill</title><h1>Pots</h1><p>By post or at our door.</p><a href=/new>New</a>"


@dataclass
class CountedSite:
    """
    Answers with an error or the page; `status` is told the path, and of how many requests it is.

    Both counts begin at 1: that of this path, and that of all requests.
    """

    status: Callable[[str, int, int], int]
    asked: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, connection: socket.socket, _: threading.Event) -> None:
        path = request_of(connection).split(b" ")[1].decode()
        with self._lock:
            self.asked[path] += 1
            status = self.status(path, self.asked[path], self.asked.total())
        body = _PAGE if status == 200 else b"<h1>%d</h1>" % status
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
        connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)


def diagnosed(lab: Lab, site: CountedSite) -> Report:
    server = HostileServer(site)
    lab.enter(server)
    lab.name(HOST, server.address)
    return lab.ask(f"http://{HOST}/")


def test_one_broken_server_of_two_is_told_whichever_request_it_gets(lab: Lab) -> None:
    for turn in (0, 1):
        site = CountedSite(lambda _path, _own, count, turn=turn: 502 if count % 2 == turn else 200)
        report = diagnosed(lab, site)
        assert report.verdict == "degraded"
        finding = report.findings[0]
        assert (finding.code, finding.severity) == ("http.fails_at_times", "warning")
        assert finding.symptom == "error-502"
        assert finding_text(finding, "en").title == "The site answers 502 at times"


def test_who_is_turned_away_for_our_own_second_request_is_not_down(lab: Lab) -> None:
    site = CountedSite(lambda path, own, _count: 503 if path == "/" and own == 1 else 200)
    report = diagnosed(lab, site)
    assert report.verdict == "degraded"
    assert codes(report)[0] == "http.fails_at_times"
    assert "limit_conn" in finding_text(report.findings[0], "ru").remedy


def test_another_name_that_is_broken_at_the_server_says_nothing_of_this_one(lab: Lab) -> None:
    site = CountedSite(lambda path, _own, _count: 200 if path == "/" else 502)
    assert diagnosed(lab, site).verdict == "healthy"
    assert site.asked["/"] == 4  # a phone's look, and two that make sure


def test_an_error_that_stays_is_an_outage(lab: Lab) -> None:
    site = CountedSite(lambda path, _own, _count: 502 if path == "/" else 200)
    report = diagnosed(lab, site)
    assert (report.verdict, codes(report)[0]) == ("fault", "http.bad_gateway")
    assert site.asked["/"] == 3


def test_a_page_that_came_each_time_stays_the_one_that_other_looks_are_about() -> None:
    """Its scripts were asked for in its name."""
    first = http()
    again = http(**base("again"), repeats=first.id)
    target, _ = parse_target(first.url)
    assert Evidence(target, "site", (first, again)).requests == (first,)


def test_a_page_that_comes_is_not_asked_for_again(lab: Lab) -> None:
    site = CountedSite(lambda _path, _own, _count: 200)
    assert diagnosed(lab, site).verdict == "healthy"
    assert site.asked["/"] == 2  # one of them a phone's
