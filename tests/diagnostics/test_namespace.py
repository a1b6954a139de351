"""Packets that vanish or are turned away, by real packet filter rules in a namespace of our own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from diagnostics import Report
from tests.diagnostics.conftest import codes

HERE = "127.0.0.9"
_missing = [tool for tool in ("unshare", "nft", "ip") if shutil.which(tool) is None]
pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
    pytest.mark.skipif(bool(_missing), reason=f"not installed: {', '.join(_missing)}"),
]

WEB = "ip daddr 127.0.0.9 tcp dport { 80, 443 }"
TCP = "ip daddr 127.0.0.9 tcp flags & (syn | ack) == syn"
PING = "icmp type echo-request"


def run(
    repository: Path,
    rules: str,
    *,
    listen: tuple[int, ...] = (),
    target: str = HERE,
    kind: str = "site",
    **more: object,
) -> Report:
    plan = more | {
        "rules": rules,
        "listen": [[HERE, port] for port in listen],
        "target": target,
        "kind": kind,
    }
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", "tests.diagnostics.inside", json.dumps(plan)],
        capture_output=True,
        cwd=repository,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    report = Report.model_validate_json(done.stdout)
    assert report.duration_s < 10
    return report


def test_a_dropped_port_of_a_host_that_answers_ping(repository: Path) -> None:
    report = run(repository, f"{WEB} drop;")
    assert set(codes(report)) == {"tcp.filtered"}
    assert report.facts()["symptom"] == "timed-out"


def test_a_dropped_port_of_a_host_whose_other_port_answers(repository: Path) -> None:
    report = run(repository, f"{WEB} drop; {PING} drop;", listen=(22,))
    assert set(codes(report)) == {"tcp.filtered", "net.icmp_blocked"}
    assert report.findings[0].code == "tcp.filtered"


@pytest.mark.parametrize("code", ["admin-prohibited", "host-prohibited", "host-unreachable"])
def test_a_port_that_is_answered_prohibited(repository: Path, code: str) -> None:
    """The kernel gives EHOSTUNREACH for one port only: the host is up."""
    report = run(repository, f"{WEB} reject with icmp type {code};")
    assert set(codes(report)) == {"tcp.filtered"}


def test_a_reject_that_looks_like_a_closed_port(repository: Path) -> None:
    report = run(repository, f"{WEB} reject with icmp type port-unreachable;")
    assert set(codes(report)) == {"tcp.refused"}


@pytest.mark.parametrize("kind", ["site", "server"])
def test_a_host_that_is_silent_everywhere(repository: Path, kind: str) -> None:
    report = run(repository, f"{TCP} drop; {PING} drop;", kind=kind)
    assert codes(report) == ["net.host_unreachable"]
    assert report.verdict == "fault"
    assert report.facts()["ping"] == "silent"


def test_a_router_that_says_host_unreachable(repository: Path) -> None:
    reject = "reject with icmp type host-unreachable;"
    rules = f"{TCP} {reject} {PING} {reject}"
    assert codes(run(repository, rules)) == ["net.host_unreachable"]


def test_a_router_that_says_prohibited_for_the_whole_host(repository: Path) -> None:
    reject = "reject with icmp type net-unreachable;"
    rules = f"{TCP} {reject} {PING} {reject}"
    assert codes(run(repository, rules)) == ["net.no_route"]


def test_ping_blocked_and_services_open(repository: Path) -> None:
    report = run(repository, f"{PING} drop;", listen=(1500,), kind="server")
    assert "net.icmp_blocked" in codes(report)


def test_packets_that_are_lost(repository: Path) -> None:
    rules = f"{PING} numgen inc mod 4 == 1 drop;"
    report = run(repository, rules, listen=(1500,), target=f"{HERE}", kind="server")
    loss = [f for f in report.findings if f.code == "net.packet_loss"]
    assert [f.severity for f in loss] == ["warning"]
    rules = f"{PING} numgen inc mod 5 < 4 drop;"
    report = run(repository, rules, listen=(1500,), target=f"{HERE}", kind="server")
    loss = [f for f in report.findings if f.code == "net.packet_loss"]
    assert [f.severity for f in loss] == ["critical"]


def test_without_ping_silence_is_not_judged(repository: Path) -> None:
    """No right to send an echo request: a firewall and a dead host look the same."""
    plan = {"rules": f"{TCP} drop;", "listen": [], "target": HERE, "kind": "site"}
    done = subprocess.run(
        [
            "unshare",
            "-n",
            "setpriv",
            "--bounding-set=-net_raw",
            "--inh-caps=-net_raw",
            sys.executable,
            "-m",
            "tests.diagnostics.inside",
            json.dumps(plan),
        ],
        capture_output=True,
        cwd=repository,
        timeout=180,
        check=False,
    )
    if done.returncode != 0 and b"setpriv" in done.stderr:
        pytest.skip("setpriv can't drop the capability here")
    report = Report.model_validate_json(done.stdout)
    assert report.verdict == "inconclusive"
    assert report.findings == ()
