"""Web processes that only wake, workers that deliver and measure, one of which is killed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.browser.product import Product
from tests.fakes.smtp import FakeSmtp

pytest.importorskip("procrastinate")
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
STOP_WITHIN_S = 10


class Scale:
    """One web process, workers as they are wanted, one PostgreSQL."""

    def __init__(self, product: Product, url: str) -> None:
        self.product, self.url = product, url
        self.workers: list[subprocess.Popen[str]] = []

    def worker(self, queues: str = "") -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "intake", "worker", *(["--queues", queues] * bool(queues))]
        process = subprocess.Popen(
            command,
            env=self.product.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers.append(process)
        assert process.stderr is not None
        for line in process.stderr:
            if "a worker waits for jobs" in line:
                threading.Thread(target=process.stderr.read, daemon=True).start()
                return process
        raise AssertionError("the worker did not start")

    def send(self) -> str:
        typed = {"words": "502 since 14:20 on shop.example", "contact": "anna@mail.example"}
        sent = requests.post(f"{self.product.url}/person", data={**typed, "lang": "en"}, timeout=60)
        found = REFERENCE.search(sent.text)
        assert found, sent.text[:2000]
        return found[0]

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def wait_until(self, what: Callable[[], bool]) -> None:
        pause = threading.Event()
        until = time.monotonic() + 240
        while not what():
            assert time.monotonic() < until, self.rows("SELECT * FROM outbox")
            pause.wait(0.1)

    def is_delivered(self, reference: str) -> bool:
        rows = self.rows("SELECT reference, state FROM outbox")
        states = [state for named, state in rows if named == reference]
        return bool(states) and set(states) == {"delivered"}


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    server.up()
    yield server
    server.down()


@pytest.fixture
def scale(
    postgresql_url: str, tmp_path: Path, smtp: FakeSmtp, httpserver: HTTPServer
) -> Iterator[Scale]:
    product = Product(
        tmp_path / "data",
        {
            "INTAKE_DATABASE_URL": postgresql_url,
            "INTAKE_JOB_QUEUE": "procrastinate",
            "INTAKE_SMTP_URL": smtp.url,
            "INTAKE_DESK_EMAIL": "desk@hoster.example",
            "INTAKE_RECEIPTS": "false",
            "INTAKE_ALLOW_NETWORKS": "127.0.0.0/8",
            "INTAKE_HTTP_PORTS": f"80,{httpserver.port}",
        },
    )
    product.start()
    scale = Scale(product, postgresql_url)
    yield scale
    product.kill()
    for worker in scale.workers:
        worker.kill()
        worker.wait()


def test_a_worker_delivers_what_a_web_process_took(scale: Scale, smtp: FakeSmtp) -> None:
    first = scale.send()
    assert not scale.is_delivered(first), "the web process only wakes"
    worker = scale.worker("deliveries,sweeps")
    scale.wait_until(lambda: scale.is_delivered(first))
    second = scale.send()
    scale.wait_until(lambda: scale.is_delivered(second))
    assert {mail["X-Intake-Reference"] for mail in smtp.mails()} == {first, second}
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert time.monotonic() - began < STOP_WITHIN_S


def test_a_worker_that_is_killed_in_a_delivery_loses_and_doubles_nothing(
    scale: Scale, smtp: FakeSmtp
) -> None:
    """The mail server has not said yes: the row's lease runs out, and another worker sends it."""
    at_data, may_go_on = threading.Event(), threading.Event()

    def stall() -> None:
        if not at_data.is_set():
            at_data.set()
            may_go_on.wait(120)

    smtp.at_data = stall
    reference = scale.send()
    worker = scale.worker()
    assert at_data.wait(120)
    worker.kill()
    worker.wait()
    may_go_on.set()
    scale.rows("UPDATE outbox SET lease_until = '2020-01-01T00:00:00.000000+00:00'")
    another = scale.worker()
    # The job of the killed worker is found stalled, or the minute's own job takes the row.
    scale.wait_until(lambda: scale.is_delivered(reference))
    keys = {mail["Message-ID"] for mail in smtp.mails()}
    assert len(keys) == 1
    assert len(scale.rows("SELECT 1 FROM tickets")) == 1
    scale.wait_until(
        lambda: (
            not scale.rows(
                "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'deliver'"
            )
        )
    )
    another.kill()


def test_a_worker_measures_once_and_without_one_the_web_process_does(
    scale: Scale, httpserver: HTTPServer
) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        return Response("<title>Shop</title>Open all day", content_type="text/html")

    httpserver.expect_request(re.compile("/.*")).respond_with_handler(answer)
    made = scale.product.command("tokens", "add", "panel", "--scope", "diagnoses")
    token = made.stdout.strip().split()[-1]

    def diagnose(path: str) -> requests.Response:
        return requests.post(
            f"{scale.product.url}/api/v1/diagnoses",
            json={"target": f"http://127.0.0.1:{httpserver.port}{path}", "kind": "site"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=120,
        )

    alone = diagnose("/alone")
    assert alone.status_code == 200, alone.text
    worker = scale.worker("checks")
    by_worker = diagnose("/by-worker")
    assert by_worker.status_code == 200, by_worker.text
    assert asked.count("/alone") == 1
    assert asked.count("/by-worker") == 1
    # A job that is done is deleted: it names a customer's site.
    jobs = "SELECT 1 FROM procrastinate_jobs WHERE task_name = 'measure'"
    scale.wait_until(lambda: not scale.rows(jobs))
    assert worker.poll() is None
