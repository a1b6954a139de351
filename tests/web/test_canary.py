"""The canary against a served product: the whole way, and nothing of it is left or counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Self

import pytest
import typer
from pytest_httpserver import HTTPServer
from sqlalchemy import func, select
from starlette.testclient import TestClient

from intake import bootstrap
from intake import database as db
from intake.bootstrap import Services
from intake.cli import canary
from intake.delivery import Unavailable
from intake.delivery.configuration import ConfiguredDesk
from intake.operations import readiness
from intake.operations.canary.journey import CanaryFailure, CanaryJourney
from intake.operations.canary.report import ping_end, ping_start
from intake.operations.canary.walk import CanaryStep, CanaryWalk
from intake.operations.canary_history import CanaryRun, last_run, runs, store_run
from intake.operations.readiness import Readiness
from intake.tickets import TicketFilter
from intake.tickets.canary_mark import CanaryMark
from tests.delivery.scripted_desk import ScriptedDesk


class _Session:
    """What the canary asks by, led to the application in this process."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def request(self, method: str, url: str, **more: object) -> object:
        more.pop("allow_redirects")
        more.pop("timeout")
        path = url.removeprefix("http://localhost")
        return self._client.request(method, path, **more)  # type: ignore[arg-type]


@pytest.fixture
def services(product: Services) -> Services:
    return product


@pytest.fixture
def served(client: TestClient) -> TestClient:
    return client


@pytest.fixture
def walk(
    services: Services, served: TestClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CanaryWalk]:
    monkeypatch.setattr(bootstrap, "_services", services)
    made = CanaryWalk(services, base="http://localhost", with_desks=True)
    made._journey._session = _Session(served)  # type: ignore[assignment]
    yield made
    with db.writing(services.engine) as connection:
        connection.execute(db.canary_runs.delete())
        connection.execute(db.heartbeats.delete())


def counted(services: Services) -> dict[str, int]:
    """Every row that a customer leaves."""
    tables = (db.tickets, db.drafts, db.walks, db.answers, db.outbox, db.step_visits)
    with db.reading(services.engine) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        }


def test_it_walks_the_whole_way_and_leaves_nothing(services: Services, walk: CanaryWalk) -> None:
    before = counted(services)
    steps = list(walk.steps())
    assert [step.name for step in steps if step.is_good] == [
        "server",
        "start",
        "begin",
        "send",
        "store",
        "probes",
        "desks",
    ]
    assert walk.run.failed_step == ""
    walk.keep()
    assert counted(services) == before
    kept = last_run(services.engine)
    assert kept is not None
    assert kept.failed_step == ""


def test_nobody_takes_it_for_a_customer_meanwhile(services: Services, walk: CanaryWalk) -> None:
    """No desk, no figure, no list; staff who look for the very number find it."""
    before = counted(services)
    sent = walk._journey.walk()
    ticket = services.tickets.get(sent.reference)
    assert ticket is not None
    assert ticket.sent_as == "canary"
    during = counted(services)
    assert (during["outbox"], during["walks"]) == (before["outbox"], before["walks"])
    assert sent.reference not in {row.reference for row in services.tickets.list(limit=50)}
    query = TicketFilter(query=sent.reference)
    assert [row.reference for row in services.tickets.list(limit=5, ticket_filter=query)]
    walk._clean()
    assert counted(services) == before


def test_a_customer_cannot_mark_a_ticket(
    services: Services, served: TestClient, walk: CanaryWalk
) -> None:
    """Else a ticket could be made to vanish."""
    del walk
    stale = CanaryMark(b"another key").make()
    for proof in ("", "canary", stale, services.canary_mark.make()[:-1]):
        form = {"contact": "a@b.example", "words": "502 since 14:20", "canary": proof}
        served.post("/person", data={**form, "again": "other"})
        newest = services.tickets.list(limit=1)[0]
        assert newest.sent_as == "person-wanted"


def test_a_desk_that_refuses_fails_it(services: Services, walk: CanaryWalk) -> None:
    desk = ScriptedDesk(Unavailable("401: the token was revoked"), name="crm")
    walk._services = replace(services, desks=(ConfiguredDesk(desk),))
    steps = list(walk.steps())
    assert steps[-1] == CanaryStep(
        "desks", is_good=False, note="crm, create: 401: the token was revoked"
    )
    assert walk.run.failed_step == "desks"


def test_what_it_meets_instead_is_said(httpserver: HTTPServer) -> None:
    journey = CanaryJourney(httpserver.url_for("").rstrip("/"), "proof")
    httpserver.expect_request("/healthz").respond_with_data("ok")
    httpserver.expect_request("/").respond_with_data("<h1>It works!</h1>")
    with pytest.raises(CanaryFailure, match="the first page has no choices") as failure:
        journey.walk()
    assert failure.value.step == "start"


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("http://127.0.0.1:9", 1, "nothing answers there"),
        ("foo", 2, "foo is no address"),
    ],
)
def test_a_slip_in_the_url_is_told_and_no_fault_of_the_service(  # noqa: PLR0913 - a test's parts
    services: Services,
    walk: CanaryWalk,
    monkeypatch: pytest.MonkeyPatch,
    *,
    capsys: pytest.CaptureFixture[str],
    url: str,
    status: int,
    words: str,
) -> None:
    del walk
    monkeypatch.setattr(canary, "load_services", lambda: services)
    monkeypatch.setattr(canary, "load_settings", lambda: services.settings)
    monkeypatch.setattr(canary, "ping_start", pytest.fail)
    monkeypatch.setattr(canary, "alarm", pytest.fail)
    with pytest.raises(typer.Exit) as ended:
        canary.canary_command(url=url)
    said = capsys.readouterr()
    assert ended.value.exit_code == status
    assert (said.out + said.err).count(words) == 1
    assert "HTTPConnectionPool" not in said.out + said.err
    assert last_run(services.engine) is None


def test_a_part_that_was_left_out_is_shown_as_such(
    services: Services, walk: CanaryWalk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tick stood beside it."""
    assert not services.settings.control
    canary._show(walk, canary._WORDS["en"])
    said = capsys.readouterr().out
    assert "– a site known to work is measured: left out, INTAKE_CONTROL names no site" in said
    assert "✓ the ticket is in the database" in said


def test_the_switch_hears_of_start_success_and_failure(
    httpserver: HTTPServer, services: Services
) -> None:
    for path in ("/ping/id/start", "/ping/id", "/ping/id/fail"):
        httpserver.expect_ordered_request(path, method="POST").respond_with_data("OK")
    url = httpserver.url_for("/ping/id")
    ping_start(url)
    ping_end(url, CanaryRun(db.utc_now(), 900))
    ping_end(url, CanaryRun(db.utc_now(), 900, "send", "503"))
    httpserver.check_assertions()
    ping_end("http://127.0.0.1:9/ping", CanaryRun(db.utc_now(), 1))  # never a failure of the walk
    del services


def test_readiness_names_it_and_is_not_decided_by_it(
    services: Services, walk: CanaryWalk, served: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    del walk
    monkeypatch.setattr(readiness, "resolver_answers", lambda _: True)
    assert Readiness(services).canary() == "none"
    for run, word in (
        (CanaryRun(db.utc_now(), 1), "ok"),
        (CanaryRun(db.utc_now(), 1, "send", "503"), "failed"),
        (CanaryRun(db.utc_now() - timedelta(minutes=31), 1), "stopped"),
    ):
        store_run(services.engine, run)
        assert Readiness(services).canary() == word
    answer = served.get("/readyz")
    assert answer.json()["canary"] == "stopped"
    assert answer.status_code == 200
    assert "canary" not in served.get("/readyz?of=database").json()


def test_only_the_newest_walks_are_kept(
    services: Services, walk: CanaryWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    del walk
    monkeypatch.setattr("intake.operations.canary_history._MAX_RUNS", 3)
    for number in range(6):
        store_run(services.engine, CanaryRun(db.utc_now(), number))
    assert [run.took_ms for run in runs(services.engine, 10)] == [5, 4, 3]
