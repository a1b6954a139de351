"""Two real processes on one database, a real target that counts: one diagnosis, one budget."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine
from werkzeug import Request, Response

from diagnostics import Options
from diagnostics.catalogue import read_remedies
from intake.checks import CheckBudgets, CheckService
from intake.database import open_database
from intake.journey.draft import CheckRun

_WAIT_S = 120


class Process:
    """One that has customers; `ended` waits for the end of one of its checks."""

    def __init__(self, url: str, site: HTTPServer, per_client: int) -> None:
        command = [sys.executable, "-m", "tests.checks.asking_process"]
        self.process = subprocess.Popen(
            [*command, url, str(site.port), str(per_client)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_until_ready(self) -> None:
        assert self._said.get(timeout=_WAIT_S)["state"] == "ready"

    def ask(self, draft: str, path: str = "/", client: str = "a", *, again: bool = False) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([draft, path, client, again]) + "\n")
        self.process.stdin.flush()

    def ended(self, draft: str) -> dict[str, Any]:
        while True:
            said = self._said.get(timeout=_WAIT_S)
            if said["draft"] == draft and said["state"] != "running":
                return said

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(json.loads(line))


@pytest.fixture
def url(either_database_url: str) -> str:
    return either_database_url


@pytest.fixture
def processes(url: str, httpserver: HTTPServer) -> Iterator[list[Process]]:
    made = [Process(url, httpserver, per_client=4) for _ in range(2)]
    for process in made:
        process.wait_until_ready()
    yield made
    for process in made:
        process.end()


def _asked(site: HTTPServer, path: str = "/") -> int:
    return len([request for request, _ in site.log if request.path == path])


def test_two_processes_share_a_diagnosis_and_its_budgets(
    processes: list[Process], httpserver: HTTPServer
) -> None:
    """Asked for at once, it is measured once; a client has one budget, whichever it comes to."""
    first, second = processes
    is_asked, may_answer = threading.Event(), threading.Event()

    def slow(_request: Request) -> Response:
        is_asked.set()
        may_answer.wait(_WAIT_S)
        return Response("<title>Shop</title>Open", content_type="text/html")

    httpserver.expect_request("/").respond_with_handler(slow)
    first.ask("one")
    assert is_asked.wait(_WAIT_S)
    second.ask("two")
    second.ask("three", "/", "b")
    may_answer.set()
    ends = [first.ended("one"), second.ended("two"), second.ended("three")]
    assert {end["state"] for end in ends} == {"done"}
    assert len({end["began"] for end in ends}) == 1
    assert _asked(httpserver) == 1

    first.ask("four")  # young enough to serve
    assert first.ended("four")["began"] == ends[0]["began"]
    for number in range(3):
        process = processes[number % 2]
        process.ask(f"more-{number}", f"/{number}")
        assert process.ended(f"more-{number}")["state"] == "done"
    second.ask("over", "/over")
    assert second.ended("over")["why"] == "budget of this client is spent"
    assert _asked(httpserver, "/over") == 0
    second.ask("joins")  # of a target that is known it costs nothing
    assert second.ended("joins")["state"] == "done"


def test_a_process_with_other_settings_measures_by_itself(url: str, httpserver: HTTPServer) -> None:
    """A report tells what to do in the provider's panel: another panel needs its own."""
    httpserver.expect_request("/").respond_with_data("<title>Shop</title>Open")
    options = Options(
        allow_networks=(ip_network("127.0.0.0/8"),),
        http_ports=frozenset({80, httpserver.port}),
    )
    engine = open_database(url)
    began = [
        _measured(engine, httpserver, options),
        _measured(engine, httpserver, options),
        _measured(engine, httpserver, replace(options, remedies=read_remedies("ispmanager"))),
    ]
    engine.dispose()
    assert began[0] == began[1] != began[2]
    assert _asked(httpserver) == 2


def _measured(engine: Engine, site: HTTPServer, options: Options) -> object:
    """When the diagnosis began that a process with these options gives."""
    ended: queue.Queue[CheckRun] = queue.Queue()
    service = CheckService(
        lambda _, run: None if run.state == "running" else ended.put(run),
        options,
        at_once=1,
        budgets=CheckBudgets(4),
        engine=engine,
    )
    service.ensure("draft", "web", f"http://127.0.0.1:{site.port}/", kind="site", client="a")
    run = ended.get(timeout=_WAIT_S)
    service.stop()
    assert run.report is not None
    return run.report["started_at"]


@pytest.mark.long
def test_a_dozen_of_one_target_whoever_asks_and_wherever(
    processes: list[Process], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/").respond_with_data("<title>Shop</title>Open")
    for number in range(16):
        process = processes[number % 2]
        process.ask(f"draft-{number}", "/", f"client-{number}", again=True)
        assert process.ended(f"draft-{number}")["state"] == "done"
    assert _asked(httpserver) == 12


@pytest.mark.long
def test_the_target_of_a_killed_process_is_measured_by_another(
    processes: list[Process], httpserver: HTTPServer
) -> None:
    first, second = processes
    is_asked, may_answer = threading.Event(), threading.Event()

    def slow(_request: Request) -> Response:
        if not is_asked.is_set():
            is_asked.set()
            may_answer.wait(_WAIT_S)
        return Response("<title>Shop</title>Open", content_type="text/html")

    httpserver.expect_request("/").respond_with_handler(slow)
    first.ask("one")
    assert is_asked.wait(_WAIT_S)
    second.ask("two")
    first.end()
    may_answer.set()
    assert second.ended("two")["state"] == "done"
    assert _asked(httpserver) == 2
