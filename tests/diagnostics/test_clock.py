"""A wrong clock of ours accuses no certificate; what a server says of itself excuses little."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import time_machine

from diagnostics import finding_text
from tests.diagnostics.conftest import Lab, codes
from tests.diagnostics.test_rules import NOW, A, dns, http, ping, tcp, tls, told


@pytest.mark.parametrize("days", [4000, -4000])
def test_our_clock_is_wrong(lab: Lab, days: int) -> None:
    nginx = lab.nginx(certificate=lab.authority.issue("shop.example"))
    lab.name("shop.example", nginx.address)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
        report = lab.ask("https://shop.example/")
    assert report.verdict == "inconclusive"
    assert codes(report) == ["tls.clock_differs"]
    for language in ("en", "ru"):
        assert (
            f"{datetime.now(UTC):%b %Y}" in finding_text(report.findings[0], language).explanation
        )


def seen_with(days: float, **headers: str) -> tuple[str, list[str]]:
    """An expired certificate, ended 3 days ago, of a server whose clock is so many days ahead."""
    date = format_datetime(NOW + timedelta(days=days), usegmt=True)
    page = http(scheme="https", headers={"date": date} | headers)
    return told(dns(A), ping(), tcp(80), tcp(443), tls(days=-3), page)


def test_the_servers_clock_says_that_it_was_still_good() -> None:
    assert seen_with(-10) == ("inconclusive", ["tls.clock_differs"])


@pytest.mark.parametrize("days", [0, 0.9, -0.9, -2, 400, -400])
def test_clocks_that_agree_or_excuse_nothing(days: float) -> None:
    """By the server's own clock the certificate is wrong too: expired, or from the future."""
    assert seen_with(days) == ("fault", ["tls.expired"])


def test_a_page_out_of_a_cache_is_old_and_its_clock_right() -> None:
    """RFC 9111, section 5.1: Age is how long ago the Date was."""
    assert seen_with(-10, age=str(10 * 86400)) == ("fault", ["tls.expired"])


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Xxx 9999 99:99:99 GMT", "0"])
def test_a_date_that_is_none(date: str) -> None:
    page = http(scheme="https", headers={"date": date, "age": "x" * 30})
    assert told(dns(A), ping(), tcp(443), tls(days=-3), page)[1] == ["tls.expired"]


def test_another_fault_stays_one() -> None:
    date = format_datetime(NOW - timedelta(days=10), usegmt=True)
    page = http(502, scheme="https", headers={"date": date})
    verdict, found = told(dns(A), ping(), tcp(80), tcp(443), tls(days=-3), page)
    assert (verdict, found[0]) == ("fault", "http.bad_gateway")
