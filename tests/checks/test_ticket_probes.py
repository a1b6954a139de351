"""A ticket's target measured once more: within the budgets, beside what was sent, for staff."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from diagnostics import Options
from intake.checks import CheckBudgets, CheckService, TicketProbes
from intake.tickets import Ticket, for_customer, render
from intake.tickets.probe_comparison import compare_probes
from intake.tickets.probe_store import LOST_AFTER, ProbeStore, TicketProbe
from tests.tickets import example
from tests.tickets.example import Kept, run


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


class Site:
    """A site that answers what it is told to, as soon as it may."""

    def __init__(self, server: HTTPServer) -> None:
        self.status, self.may_answer = 200, threading.Event()
        self.may_answer.set()
        self.port, self.url = server.port, f"http://127.0.0.1:{server.port}/"
        server.expect_request("/").respond_with_handler(self._answer)

    def _answer(self, _: Request) -> Response:
        self.may_answer.wait(20)
        page = "<html><head><title>Shop</title></head><body><p>Open all day.</p></body></html>"
        return Response(page, self.status, content_type="text/html")


class NotedStore(ProbeStore):
    """Says when something was kept."""

    kept: threading.Semaphore

    def end(self, *args: Any) -> None:
        super().end(*args)
        self.kept.release()


class World:
    """The parts together, and a ticket of a site that answered 502 when it was sent."""

    def __init__(self, kept: Kept, site: Site, **options: object) -> None:
        allowed = (ip_network("127.0.0.0/8"),)
        self.options = Options(allow_networks=allowed, http_ports=frozenset({80, site.port}))
        self.checks = CheckService(
            lambda *_: None, self.options, at_once=2, budgets=CheckBudgets(3)
        )
        self.store = NotedStore(kept.engine)
        self.store.kept = threading.Semaphore(0)
        self.probes = TicketProbes(self.checks, self.store, kept.drafts, self.options)
        self.kept = kept
        measured = run(target=site.url, **options)
        draft = example.draft().model_copy(update={"checks": {"web": measured}})
        self.sent = kept.send(kept.draft(draft)[1])

    def begin(self, client: str = "192.0.2.1") -> str:
        return self.probes.begin(self.sent, "web", by_name="Ольга Петрова", client=client)

    def ended(self) -> TicketProbe:
        """The latest, once it has ended."""
        assert self.store.kept.acquire(timeout=20)
        return self.store.of(self.sent.reference)[0]

    def read(self) -> Ticket:
        ticket = self.kept.tickets.get(self.sent.reference)
        assert ticket is not None
        return ticket


@pytest.fixture
def site(httpserver: HTTPServer) -> Site:
    return Site(httpserver)


@pytest.fixture
def world(kept: Kept, site: Site) -> Iterator[World]:
    world = World(kept, site)
    yield world
    world.checks.stop()


def test_what_changed_is_kept_beside_what_was_sent(world: World, site: Site) -> None:
    assert world.begin() == ""
    probe = world.ended()
    assert probe.diagnosis is not None
    result = compare_probes(world.sent.diagnoses[0], probe.diagnosis)
    assert result.outcome == "works"
    assert result.cause_before is not None
    assert any(change.before is None for change in result.changes)
    site.status = 502
    assert world.begin() == ""
    again = world.ended()
    assert again.diagnosis is not None
    assert compare_probes(world.sent.diagnoses[0], again.diagnosis).outcome == "same"
    before = compare_probes(probe.diagnosis, again.diagnosis)
    changed = [(change.before, change.now) for change in before.changes]
    assert any(old and new and "502" in new.text.en for old, new in changed)

    now = world.read()
    assert now.diagnoses == world.sent.diagnoses
    assert now.verdict == world.sent.verdict
    assert [entry.details["outcome"] for entry in now.conversation] == ["works", "same"]
    assert "Measured" in render(now, "text", "en")
    assert "Повторная проверка" in render(now, "text", "ru")
    assert for_customer(now).conversation == ()
    assert [row.about for row in world.kept.outbox_rows(now.reference)] == [""]  # stays here


def test_two_colleagues_measure_once(world: World, site: Site) -> None:
    site.may_answer.clear()
    assert world.begin() == ""
    assert world.begin(client="192.0.2.2") == "under-way"
    site.may_answer.set()
    assert world.ended().diagnosis is not None
    assert len(world.store.of(world.sent.reference)) == 1


def test_a_spent_budget_is_said_and_nothing_old_is_passed_off_as_new(world: World) -> None:
    for _ in range(3):
        assert world.begin() == ""
        world.ended()
    assert world.begin() == "budget"
    assert len(world.store.of(world.sent.reference)) == 3
    assert world.begin(client="192.0.2.2") == ""
    world.ended()


def test_what_may_not_be_measured_is_refused(kept: Kept, site: Site) -> None:
    world = World(kept, site)
    closed = CheckService(lambda *_: None, Options(), at_once=1, budgets=CheckBudgets(3))
    probes = TicketProbes(closed, world.store, kept.drafts, Options())
    assert probes.begin(world.sent, "web", by_name="A", client="a") == "target"
    assert probes.begin(world.sent, "another", by_name="A", client="a") == "unknown"
    assert world.store.of(world.sent.reference) == ()
    closed.stop()
    world.checks.stop()


def test_a_measurement_that_breaks_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no sockets left")

    monkeypatch.setattr("intake.checks.run_pool.diagnose", broken)
    assert world.begin() == ""
    probe = world.ended()
    assert probe.diagnosis is not None
    result = compare_probes(world.sent.diagnoses[0], probe.diagnosis)
    assert (result.outcome, result.changes) == ("failed", ())
    assert "reason on our side" in render(world.read(), "text", "en")


def test_one_that_lost_its_process_holds_nobody_up(kept: Kept, site: Site) -> None:
    world = World(kept, site)
    first = world.store.begin(world.sent.reference, "web", "A", is_expected_known=True)
    assert first is not None
    assert world.store.begin(world.sent.reference, "web", "B", is_expected_known=True) is None
    (probe,) = world.store.of(world.sent.reference)
    later = probe.started_at + LOST_AFTER * 2
    assert probe.is_lost(later)
    patient = ProbeStore(kept.engine, clock=lambda: later)
    assert patient.begin(world.sent.reference, "web", "B", is_expected_known=True) is not None
    world.checks.stop()


def test_an_expected_address_that_is_forgotten_makes_no_all_clear(world: World) -> None:
    """Only the draft knew where the name should lead; it is kept for a day."""
    world.begin()
    now = world.ended().diagnosis
    assert now is not None
    (cause, *_) = world.sent.diagnoses[0].findings
    wrong = cause.model_copy(update={"code": "dns.wrong_address"})
    before = world.sent.diagnoses[0].model_copy(update={"findings": (wrong,)})
    assert compare_probes(before, now, is_expected_known=False).outcome == "unclear"
    assert compare_probes(before, now).outcome == "works"
