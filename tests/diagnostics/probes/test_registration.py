"""Registries: what they say, in the forms they say it, asked of servers on loopback only."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from diagnostics import Failure, Report, finding_text
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


def _missing_domain(lab: Lab, **servers: Any) -> Report:
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


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 256 * 1024,
        "\r\n" * 128 * 1024,
        "a" + " " * 256 * 1024,
        "a \n" * 85_000,
        "state:\n" * 37_000,
        "a. " * 85_000,
        "status: " + "x, " * 85_000,
    ],
)
def test_no_whois_answer_makes_it_slow(text: str) -> None:
    """An answer of newlines took quadratic time: minutes of this thread's CPU time."""
    started = time.thread_time()
    read_whois(text, NOW)
    assert time.thread_time() - started < 5.0


def test_a_value_may_stand_on_the_next_line() -> None:
    """As Nominet writes it; a line that is a field of its own is no such value."""
    text = "Registrar:\n    Hosting Ltd [Tag = HOST]\n\nState:\nExpiry date: 2027-01-01\n"
    facts = read_whois(text, NOW)
    assert facts["registrar"] == "Hosting Ltd [Tag = HOST]"
    assert facts["statuses"] == ()


@pytest.mark.parametrize("source", ["whois", "rdap"])
def test_a_huge_answer_ends_at_the_cap(source: str) -> None:
    def endless(connection: socket.socket, _stopped: threading.Event) -> None:
        connection.recv(4096)
        with contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" if source == "rdap" else b"")
            while True:
                connection.sendall(b"% nothing here\r\n" * 1000)

    with HostileServer(endless, (80, 43)) as server:
        place = f"http://{server.address}/" if source == "rdap" else server.address
        observation = probe_registration(
            "shop.example",
            Registry("rdap" if source == "rdap" else "whois", place),
            ip_address(server.address),
            ca_file=None,
            user_agent="test",
            deadline=Deadline.after(60),
        )
    assert observation.failure is Failure.UNKNOWN
    assert observation.failure_detail != "the registry is too slow"


def test_an_answer_nested_too_deep_is_no_answer() -> None:
    document = b"[" * 30_000

    def nested(connection: socket.socket, _stopped: threading.Event) -> None:
        connection.recv(4096)
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(document)}\r\n\r\n"
        connection.sendall(head.encode() + document)

    with HostileServer(nested, (80,)) as server:
        observation = probe_registration(
            "shop.example",
            Registry("rdap", f"http://{server.address}/"),
            ip_address(server.address),
            ca_file=None,
            user_agent="test",
            deadline=Deadline.after(60),
        )
    assert observation.failure is Failure.UNKNOWN


_ASK_OURSELVES = """
import sys
from ipaddress import ip_address
from pathlib import Path
Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("40000 40000")
from diagnostics.net.deadline import Deadline
from diagnostics.probes.registration import Registry, probe_registration
place = sys.argv[2]
print(probe_registration(
    "shop.example", Registry(sys.argv[1], place), ip_address("127.0.0.1"),
    ca_file=None, user_agent="test", deadline=Deadline.after(5),
).failure_detail)
"""


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="a network namespace needs root")
@pytest.mark.parametrize(
    ("source", "place"), [("whois", "127.0.0.1:40000"), ("rdap", "http://127.0.0.1:40000/")]
)
def test_a_registrys_peer_is_proven(source: str, place: str) -> None:
    """
    A socket whose own port is the one that it dials connects to itself, and talks to itself.

    Only the proof of the peer tells; without it that took the registry's whole time.
    """
    script = f"ip link set lo up && exec {sys.executable} -c '{_ASK_OURSELVES}' {source} {place}"
    shown = subprocess.run(
        ["unshare", "-n", "sh", "-c", script], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "only ourselves there"


@pytest.mark.parametrize(
    ("server", "place"),
    [
        ("whois.example", ("whois.example", 43)),
        ("whois.example:4343", ("whois.example", 4343)),
        ("2001:db8::1", ("2001:db8::1", 43)),
        ("[2001:db8::1]", ("2001:db8::1", 43)),
        ("[2001:db8::1]:4343", ("2001:db8::1", 4343)),
        ("192.0.2.1:43", ("192.0.2.1", 43)),
    ],
)
def test_where_a_whois_server_is(server: str, place: tuple[str, int]) -> None:
    registry = Registry("whois", server)
    assert (registry.host, registry.port) == place
