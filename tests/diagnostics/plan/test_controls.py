"""Where nothing answers, places known to work tell our own outage from the target's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diagnostics import Failure, Report, finding_text, summarise
from diagnostics.observations import ControlObservation
from diagnostics.plan import controls
from tests.daemons.loopback import free_address
from tests.daemons.nginx import NginxSite
from tests.diagnostics.conftest import LOOPBACK, ask, codes
from tests.diagnostics.test_namespace import HERE, PING, TCP, pytestmark, run
from tests.fakes.hostile_http import HostileServer, stays_silent

in_a_namespace = pytestmark

THERE = "127.0.0.10"
MUTE = "127.0.0.11"
SILENT_TARGET = f"{TCP} drop; {PING} drop;"
SILENT_CONTROL = f"{SILENT_TARGET} ip daddr {MUTE} tcp dport 443 drop;"
NO_NAMES = "udp dport 53 drop; tcp dport 53 drop;"


def control_of(report: Report) -> list[ControlObservation]:
    return [one for one in report.observations if isinstance(one, ControlObservation)]


class TestInANamespace:
    pytestmark = in_a_namespace

    @pytest.mark.parametrize("kind", ["site", "server"])
    def test_no_control_answers_either(self, repository: Path, kind: str) -> None:
        report = run(repository, SILENT_CONTROL, kind=kind, controls=[MUTE])
        assert report.verdict == "inconclusive"
        assert codes(report) == ["net.vantage_offline"]
        assert "symptom" not in report.facts()
        assert f"{MUTE}:443" in finding_text(report.findings[0], "ru").explanation

    def test_a_control_that_answers_leaves_the_fault_with_the_target(
        self, repository: Path
    ) -> None:
        report = run(repository, SILENT_CONTROL, controls=[MUTE, f"http://{THERE}"])
        assert codes(report) == ["net.host_unreachable"]
        assert {one.failure for one in control_of(report)} == {
            *(Failure.TCP_REFUSED, Failure.TCP_SILENT)
        }

    def test_a_control_that_may_not_be_probed_says_nothing(self, repository: Path) -> None:
        report = run(repository, SILENT_TARGET, controls=["10.0.0.1"])
        assert codes(report) == ["net.host_unreachable"]

    def test_the_target_is_no_control_of_itself(self, repository: Path) -> None:
        report = run(repository, SILENT_TARGET, controls=[HERE])
        assert codes(report) == ["net.host_unreachable"]
        assert not control_of(report)

    def test_our_resolver_and_the_control_are_silent(self, repository: Path) -> None:
        report = run(
            repository,
            SILENT_CONTROL + NO_NAMES,
            target="shop.example",
            controls=[MUTE, "www.acme.example"],
            resolvers=["127.0.0.53"],
        )
        assert codes(report) == ["net.vantage_offline"]

    def test_our_resolver_is_silent_and_the_control_answers(self, repository: Path) -> None:
        report = run(
            repository,
            NO_NAMES,
            target="shop.example",
            controls=[THERE],
            resolvers=["127.0.0.53"],
        )
        assert codes(report) == ["dns.resolver_unreachable"]


def test_a_target_that_answers_needs_no_control() -> None:
    with HostileServer(stays_silent, (443,)) as control, NginxSite() as site:
        options = replace(LOOPBACK, controls=(control.address,))
        assert codes(ask(f"http://{site.address}/", options=options)) == ["ok.reachable"]
        assert codes(ask(f"http://{free_address()}/", options=options)) == ["tcp.refused"]
    assert control.connections == 0


def seen(host: str, failure: Failure | None = None) -> ControlObservation:
    now = datetime.now(UTC)
    return ControlObservation(
        id="control", host=host, port=443, failure=failure, started_at=now, duration_s=0.1
    )


def test_fifty_at_once_try_a_control_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look() -> ControlObservation:
        looks.append(1)
        return seen("acme.example")

    key = object()
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda _: controls._recent(key, look), range(50)))
    assert len(looks) == 1
    monkeypatch.setattr(controls, "KEPT_S", -1.0)
    controls._recent(key, look)
    assert len(looks) == 2


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("failure", [None, Failure.TCP_SILENT, Failure.RESOLVER_SILENT])
def test_a_control_has_its_line(language: str, failure: Failure | None) -> None:
    line = summarise(seen("acme.example", failure), "ru" if language == "ru" else "en")
    assert "acme.example" in line.text
    assert line.mark == ("info" if failure is None else "unknown")
