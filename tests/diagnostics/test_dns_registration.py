"""Registries: what they say, in the forms they say it, asked of servers on loopback only."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from diagnostics import Report, finding_text
from diagnostics.net.deadline import Deadline
from diagnostics.probes.registration import (
    Registry,
    probe_registration,
    read_rdap,
    read_whois,
    registries_for,
)
from tests.diagnostics.conftest import Lab, codes
from tests.fakes.hostile_http import HostileServer, answers, stays_silent

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RU = """% TCI Whois Service.

domain:        SHOP.RU
nserver:       ns1.hoster.example.
state:         {state}
org:           Shop
registrar:     RU-CENTER-RU
created:       2010-04-01T20:00:00Z
paid-till:     {paid_till}
free-date:     2027-05-03
source:        TCI
"""


IN_TIME, TOO_LATE = "2027-04-01T21:00:00Z", "2026-11-01T21:00:00Z"
GENERIC = """Domain Name: SHOP.COM
Registry Expiry Date: 2027-01-01T00:00:00Z
Domain Status: clientHold https://icann.org/epp#clientHold
"""


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (RU.format(state="REGISTERED, DELEGATED, VERIFIED", paid_till=IN_TIME), "registered"),
        (RU.format(state="REGISTERED, NOT DELEGATED", paid_till=TOO_LATE), "expired"),
        (RU.format(state="REGISTERED, NOT DELEGATED", paid_till=IN_TIME), "not_delegated"),
        (RU.format(state="REGISTERED, NOT DELEGATED, UNVERIFIED", paid_till=IN_TIME), "hold"),
        ("No entries found for the selected source(s).\n", "absent"),
        ('No match for "SHOP.COM".\n', "absent"),
        (GENERIC, "hold"),
        ("domain: shop.example\npaid-till: 2026.10.01\nstate: registered\n", "expired"),
        ("% too many questions, try again later\n", None),
        ("", None),
    ],
)
def test_whois(text: str, state: str | None) -> None:
    assert read_whois(text, NOW).get("state") == state


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"status": ["active"], "nameservers": [{}]}, "registered"),
        ({"status": ["client hold"], "nameservers": [{}]}, "hold"),
        ({"status": ["redemption period", "server hold"]}, "expired"),
        ({"events": [{"eventAction": "expiration", "eventDate": TOO_LATE}]}, "expired"),
        ({"status": ["inactive"]}, "not_delegated"),
        ({"status": ["active"], "nameservers": []}, "not_delegated"),
        ({"status": "active", "events": {"eventAction": 1}, "entities": [1]}, "registered"),
    ],
)
def test_rdap(told: dict[str, Any], state: str) -> None:
    assert read_rdap(told, NOW)["state"] == state


def test_nobody_is_asked_where_none_is_named() -> None:
    assert list(registries_for("shop.example", {"com": "https://x.example"}, {})) == []
    assert [one.source for one in registries_for("x.ru", {"ru": "http://r"}, {"ru": "w"})] == [
        *("rdap", "whois")
    ]


@contextmanager
def whois_server(text: str) -> Iterator[tuple[str, list[bytes]]]:
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(1024))
                connection.sendall(text.encode())

    threading.Thread(target=serve, daemon=True).start()
    yield f"127.0.0.1:{listener.getsockname()[1]}", asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _missing_domain(lab: Lab, **servers: dict[str, str]) -> Report:
    lab.names({"example": "other IN A 127.0.0.1"})
    lab.options = replace(lab.options, **servers)
    return lab.ask("shop.example")


def test_a_registration_that_ran_out_is_said_so(lab: Lab) -> None:
    text = RU.format(state="REGISTERED, NOT DELEGATED", paid_till="2026-10-01T21:00:00Z")
    with whois_server(text) as (place, asked):
        report = _missing_domain(lab, whois_servers={"example": place})
    assert codes(report) == ["dns.domain_not_delegated"]
    assert asked == [b"shop.example\r\n"]
    assert "2026-10-01" in finding_text(report.findings[0], "en").explanation
    assert "2026-10-01" in finding_text(report.findings[0], "ru").explanation
    assert report.findings[0].fixer == "customer"


def test_rdap_is_asked_first_and_whois_where_it_fails(lab: Lab) -> None:
    told = json.dumps({"status": ["client hold"], "nameservers": [{}]})
    page = f"HTTP/1.1 200 OK\r\nContent-Length: {len(told)}\r\n\r\n{told}".encode()
    with HostileServer(answers(page)) as server:
        report = _missing_domain(lab, rdap_servers={"example": f"http://{server.address}/rdap"})
    assert report.findings[0].parameters["variant"] == "hold"
    broken = answers(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
    with HostileServer(broken) as server, whois_server("No entries found") as (place, _):
        report = _missing_domain(
            lab,
            rdap_servers={"example": f"http://{server.address}/"},
            whois_servers={"example": place},
        )
    assert report.findings[0].parameters["variant"] == "absent"


def test_a_silent_registry_costs_four_seconds_at_most() -> None:
    with HostileServer(stays_silent) as server:
        registry = Registry("rdap", f"http://{server.address}/")
        seen = probe_registration(
            "shop.example",
            registry,
            ip_address(server.address),
            ca_file=None,
            user_agent="test",
            deadline=Deadline.after(0.5),
        )
    assert seen.failure is not None
    assert seen.state is None
    assert seen.duration_s < 1


def test_a_registry_inside_is_not_asked(lab: Lab) -> None:
    with whois_server("No entries found") as (place, asked):
        lab.options = replace(lab.options, deny_networks=lab.options.allow_networks)
        report = _missing_domain(lab, whois_servers={"example": place})
    assert codes(report) == ["dns.domain_not_delegated"]
    assert asked == []
