"""When a server that turns us away wants to be asked again: read, and told to the customer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from diagnostics import finding_text
from diagnostics.observations import HttpObservation
from diagnostics.rules.pages.retry_after import retry_parameters
from tests.diagnostics.conftest import Lab
from tests.fakes.hostile_http import HostileServer, answers

HOST = "shop.example"


def page(text: str, status: int = 503) -> HttpObservation:
    return HttpObservation(
        id="http-1",
        started_at=datetime(2026, 11, 30, 12, 0, tzinfo=UTC),
        duration_s=0.1,
        address="192.0.2.7",
        url=f"http://{HOST}/",
        host=HOST,
        port=80,
        status=status,
        headers={"retry-after": text},
    )


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("45", "seconds", 45),
        ("60", "minutes", 1),
        ("600", "minutes", 10),
        ("5400", "minutes", 90),
        ("3600", "hours", 1),
        ("86400", "hours", 24),
        ("Mon, 30 Nov 2026 12:20:00 GMT", "minutes", 20),
    ],
)
def test_a_number_of_seconds_and_a_date_are_read(text: str, unit: str, amount: int) -> None:
    assert retry_parameters(page(text)) == {"retry_unit": unit, "retry_in": amount}


@pytest.mark.parametrize(
    "text", ["", "0", "-5", "soon", "9" * 400, "31536000", "Sun, 29 Nov 2026 12:00:00 GMT", "²"]
)
def test_what_is_no_time_to_come_is_not_spoken_of(text: str) -> None:
    assert retry_parameters(page(text)) == {}


def test_a_page_that_is_there_says_nothing_of_another_time() -> None:
    assert retry_parameters(page("600", status=200)) == {}


def test_the_customer_reads_when_to_come_back(lab: Lab) -> None:
    answer = (
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 600\r\nContent-Length: 4\r\n\r\nbusy"
    )
    server = HostileServer(answers(answer))
    lab.enter(server)
    lab.name(HOST, server.address)
    finding = lab.ask(f"http://{HOST}/").findings[0]
    assert finding.code == "http.unavailable"
    assert "in 10 min" in finding_text(finding, "en").explanation
    assert "через 10 мин" in finding_text(finding, "ru").explanation
