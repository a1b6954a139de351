"""`intake diagnose` and `intake target` as a person and a program run them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from diagnostics import diagnose, read_target
from diagnostics.observations import TcpObservation
from intake.cli.report_view import _measured
from tests.daemons.loopback import free_address
from tests.daemons.nginx import NginxSite
from tests.diagnostics.conftest import LOOPBACK, Lab
from tests.fakes.hostile_http import HostileServer, answers, stays_silent

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
KEYS = {"code", "severity", "layer", "subject", "title", "explanation", "remedy"}
KEYS |= {"fixer", "evidence"}


def intake(
    repository: Path, *words: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    settings = {"INTAKE_ALLOW_NETWORKS": "127.0.0.0/8", "LC_ALL": "C.UTF-8"} | environment
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    return subprocess.run(
        [sys.executable, "-m", "intake", *words],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=repository,
        env=kept | settings,
        timeout=180,
        check=False,
    )


def test_healthy_is_0_and_the_json_is_the_contract(repository: Path) -> None:
    with NginxSite() as site:
        done = intake(repository, "diagnose", f"  http://{site.address}/ ", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == {
        *("target", "verdict", "findings", "observations", "started_at", "duration_s")
    }
    assert told["verdict"] == "healthy"
    assert told["target"]["host"] == site.address
    assert told["target"]["kind"] == "site"
    assert told["target"]["addresses"] == [site.address]
    assert set(told["findings"][0]) >= KEYS
    ids = {one["id"] for one in told["observations"]}
    assert len(ids) == len(told["observations"])
    assert set(told["findings"][0]["evidence"]) <= ids


def test_a_fault_is_1_and_reads_well_in_russian(repository: Path) -> None:
    done = intake(repository, "diagnose", free_address(), LC_ALL="ru_RU.UTF-8")
    assert done.returncode == 1
    assert "tcp.refused" in done.stdout
    assert "Что делать" in done.stdout
    assert not done.stderr


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("columns", [50, 80, 120])
def test_no_line_is_wider_than_the_terminal(repository: Path, language: str, columns: int) -> None:
    with NginxSite("location / { return 502; }") as site:
        address = f"http://{site.address}/"
        done = intake(repository, "diagnose", address, "--language", language, COLUMNS=str(columns))
    assert not done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert not any(line.endswith(" ") for line in lines)
    assert "http.bad_gateway" in lines[2]  # the cause leads


@pytest.mark.parametrize("columns", [40, 50, 80])
@pytest.mark.parametrize("address", ["127.213.255.254", "2001:db8:1111:2222:3333:4444:5555:6666"])
def test_a_long_address_and_a_long_wait_fit_a_narrow_terminal(address: str, columns: int) -> None:
    """Where there is no room for the address on the right, it goes along with the text."""
    contact = TcpObservation(
        id="tcp", started_at=NOW, duration_s=123.456, address=address, port=443, host=address
    )
    file = io.StringIO()
    console = Console(file=file, width=columns)
    for line in _measured([contact], "en", console):
        console.print(line)
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= columns
    assert address in "".join(line.strip() for line in lines).replace(" ", "").replace("✓", "")


@pytest.mark.parametrize(
    "words",
    [
        ("diagnose",),
        ("diagnose", "10.0.0.1"),
        ("diagnose", "не адрес"),
        ("diagnose", "shop.example", "--expect-address", "shop"),
        ("diagnose", "shop.example", "--kind", "boat"),
        ("diagnose", "shop\udc80.example"),
    ],
)
def test_unusable_arguments_are_2_without_a_traceback(
    repository: Path, words: tuple[str, ...]
) -> None:
    done = intake(repository, *words)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_inconclusive_is_3(repository: Path) -> None:
    done = intake(repository, "diagnose", "shop.example", INTAKE_RESOLVERS="127.0.0.254:9")
    assert done.returncode == 3
    assert "dns.resolver_unreachable" in done.stdout


def test_what_the_network_says_is_shown_as_text(repository: Path) -> None:
    body = b"HTTP/1.1 502 [red]\x1b[2J\r\n\r\n<title>\x1b]0;x\x07[bold]</title>"
    with HostileServer(answers(body)) as server:
        done = intake(repository, "diagnose", f"http://{server.address}/", "--language", "en")
    assert "http.bad_gateway" in done.stdout
    assert "\x1b" not in done.stdout
    assert "[red]" in done.stdout


def test_targets_from_the_standard_input(repository: Path) -> None:
    done = intake(repository, "target", "-", stdin="shop.example\n\nhttp://127.1/\n")
    assert done.returncode == 0
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["accepted"] for one in told] == [True, False, False]
    assert [one["reason"] for one in told] == [None, "empty", "odd_address"]


def test_targets_as_json_strings(repository: Path) -> None:
    lines = "\n".join(json.dumps(text) for text in ("a\nb.example", "«пример.рф»", "\ud800"))
    done = intake(repository, "target", "-", "--jsonl", stdin=lines)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["host"] for one in told] == [None, "xn--e1afmkfd.xn--p1ai", None]
    assert set(told[0]) == {
        *("input", "accepted", "kind", "host", "host_display", "scheme", "port", "path"),
        *("suggested", "addresses", "reason"),
    }


def test_a_target_is_resolved_on_demand(repository: Path, lab: Lab) -> None:
    lab.name("shop.example", "127.0.0.9")
    resolver = lab.options.resolvers[0]
    done = intake(repository, "target", "shop.example", "--resolve", INTAKE_RESOLVERS=resolver)
    assert json.loads(done.stdout)["addresses"] == ["127.0.0.9"]


def test_closed_early_nothing_is_left_running() -> None:
    before = threading.active_count()
    with HostileServer(stays_silent) as server:
        target = read_target(f"http://{server.address}/", LOOPBACK).target
        with diagnose(target, options=LOOPBACK) as diagnosis:
            next(iter(diagnosis))
    ends_at = time.monotonic() + LOOPBACK.deadline_s
    while any(thread.name == "diagnose" for thread in threading.enumerate()):
        assert time.monotonic() < ends_at
        threading.Event().wait(0.05)
    assert threading.active_count() <= before + 2


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_operator_reads_how_to_test_inside_his_network(repository: Path, language: str) -> None:
    done = intake(repository, "diagnose", "10.1.2.3", "--language", language)
    assert done.returncode == 2
    assert "INTAKE_ALLOW_NETWORKS" in done.stderr
    assert "INTAKE_ALLOW_NETWORKS" not in intake(repository, "diagnose", "localhost.").stderr
