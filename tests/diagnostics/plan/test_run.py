"""The context of one diagnosis: what is done once, what is known, what a broken worker means."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

import pytest

from diagnostics.failures import Failure
from diagnostics.net.trust_roots import judging_context, verifying_context
from diagnostics.observations import DnsObservation, TcpObservation
from diagnostics.plan import Run, start
from diagnostics.plan.resolve import wait_for_lookups
from diagnostics.targets import parse_target
from tests.daemons.certificates import Authority
from tests.diagnostics.conftest import LOOPBACK

HERE = ip_address("192.0.2.7")
AT_ONCE = 20


@pytest.fixture
def run() -> Run:
    return Run(parse_target("shop.example")[0], "site", LOOPBACK)


def contact(failure: Failure | None = None, *, duration_s: float = 0.01) -> TcpObservation:
    return TcpObservation(
        id=f"tcp-443@{HERE}",
        started_at=datetime.now(UTC),
        duration_s=duration_s,
        failure=failure,
        address=str(HERE),
        port=443,
        host="shop.example",
    )


@pytest.mark.parametrize(
    ("failure", "is_silent"),
    [
        (None, False),
        (Failure.TCP_REFUSED, False),
        (Failure.TCP_RESET, False),
        (Failure.TCP_SILENT, True),
        (Failure.TCP_HOST_UNREACHABLE, True),
    ],
)
def test_a_host_is_heard_once_its_system_answers(
    run: Run, failure: Failure | None, *, is_silent: bool
) -> None:
    """A router's word is not the host's."""
    run.emit(contact(failure))
    assert run.known.is_silent(HERE) is is_silent
    assert run.known.has_life is not is_silent
    assert run.known.is_settled.is_set() is not is_silent


def test_whoever_waits_for_a_host_is_woken_by_the_emission(run: Run) -> None:
    alive = run.known.alive(HERE)
    assert not alive.is_set()
    run.emit(contact())
    assert alive.is_set()
    assert run.known.alive(HERE) is alive


def test_a_slow_connection_tells_of_a_lost_packet(run: Run) -> None:
    """The SYN is repeated after a second (RFC 6298)."""
    run.emit(contact(duration_s=0.5))
    assert run.known.lossy_addresses == set()
    run.emit(contact(duration_s=1.02))
    assert run.known.lossy_addresses == {str(HERE)}


@pytest.mark.parametrize(
    ("failure", "is_usable"),
    [
        (None, True),
        (Failure.DNS_NXDOMAIN, False),
        (Failure.DNS_SERVFAIL, True),
        (Failure.RESOLVER_SILENT, True),
    ],
)
def test_a_name_that_does_not_exist_is_no_reason_to_doubt_ourselves(
    run: Run, failure: Failure | None, *, is_usable: bool
) -> None:
    run.emit(
        DnsObservation(
            id="dns-a",
            started_at=datetime.now(UTC),
            duration_s=0.01,
            failure=failure,
            name="shop.example",
            record_type="A",
            records=() if failure else (str(HERE),),
        )
    )
    assert run.known.is_name_usable is is_usable


def test_only_one_worker_is_first_at_an_endpoint(run: Run) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        firsts = list(pool.map(lambda _: run.once("tcp-443"), range(AT_ONCE)))
    assert firsts.count(True) == 1
    assert run.once("tcp-80")


def test_shared_work_is_done_once_and_all_wait_for_it(run: Run) -> None:
    barrier, calls = threading.Barrier(AT_ONCE), []

    def resolve() -> list[str]:
        calls.append(1)
        return ["192.0.2.7"]

    def ask(_: int) -> list[str]:
        barrier.wait()
        return run.shared("addresses#shop.example", resolve)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(ask, range(AT_ONCE)))
    assert results == [["192.0.2.7"]] * AT_ONCE
    assert len(calls) == 1


def test_shared_work_that_breaks_breaks_for_all(run: Run) -> None:
    def resolve() -> None:
        raise LookupError("no resolver")

    for _ in range(2):
        with pytest.raises(LookupError):
            run.shared("addresses#shop.example", resolve)


def test_a_broken_worker_leaves_the_others_their_results(run: Run) -> None:
    """The report then says that not everything is known."""

    def break_down() -> int:
        raise ZeroDivisionError

    futures = [run.spawn(lambda: 1), run.spawn(break_down), run.spawn(lambda: 3)]
    assert run.wait(futures) == [1, 3]
    assert run.is_broken


def test_whoever_reads_the_end_knows_that_a_measurement_broke(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader asks as soon as the end is there; logging the failure takes longer."""
    is_read = threading.Event()

    def break_down(_: Run) -> None:
        raise ZeroDivisionError

    def log(*_: object) -> None:
        is_read.wait(5)

    monkeypatch.setattr("diagnostics.plan.measure._measure", break_down)
    monkeypatch.setattr("diagnostics.plan.run._log.exception", log)
    start(run)
    assert run.observations.get(timeout=5) is None
    assert run.is_broken
    is_read.set()


def test_a_diagnosis_that_was_closed_asks_no_more_servers(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that works is looked into after a pause, in which nobody may be left to care."""
    asked: list[str] = []
    monkeypatch.setattr(
        "diagnostics.plan.authoritative.compare_servers",
        lambda _run, host, _deadline, **_: asked.append(host),
    )
    run.cancel()
    wait_for_lookups(run, "shop.example", [answered("A"), answered("AAAA")])
    run.wait_for_background()
    assert asked == []


def answered(record_type: Literal["A", "AAAA"]) -> Future[DnsObservation]:
    future: Future[DnsObservation] = Future()
    future.set_result(
        DnsObservation(
            id=f"dns-{record_type.lower()}",
            started_at=datetime.now(UTC),
            duration_s=0.01,
            name="shop.example",
            record_type=record_type,
            records=(str(HERE),) if record_type == "A" else (),
            failure=None if record_type == "A" else Failure.DNS_NO_DATA,
        )
    )
    return future


def test_the_roots_are_loaded_once_whichever_threads_ask(authority: Authority) -> None:
    """Loading costs 0.1 s, and two handshakes begin at the same moment."""
    barrier = threading.Barrier(AT_ONCE)

    def load(_: int) -> int:
        barrier.wait()
        return id(judging_context(authority.file))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert len(set(pool.map(load, range(AT_ONCE)))) == 1


def test_an_operators_roots_are_read_again_once_they_change(
    authority: Authority, tmp_path: Path
) -> None:
    file = tmp_path / "roots.pem"
    file.write_bytes(authority.file.read_bytes())
    before = verifying_context(file)
    assert verifying_context(file) is before
    os.utime(file, (1, 1))
    assert verifying_context(file) is not before


PROBES_NEED = "{'requests', 'cryptography', 'dns', 'icmplib'}"


def loaded_after(call: str) -> str:
    """What a fresh interpreter has loaded of the probes' libraries after a call."""
    script = f"import sys, diagnostics; {call}; print(sorted({PROBES_NEED} & set(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def test_a_refused_target_loads_no_probes() -> None:
    """They cost half a second, and nothing is measured."""
    assert loaded_after("diagnostics.read_target('192.168.0.1').explain('en')") == "[]"


def test_a_service_loads_the_probes_before_its_first_visitor() -> None:
    loaded = "['cryptography', 'dns', 'icmplib', 'requests']"
    assert loaded_after("diagnostics.load_probes()") == loaded
