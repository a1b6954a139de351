"""Two real processes on one PostgreSQL: begun together, one killed, nothing lost or sent twice."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from tests.browser.product import Product

pytestmark = pytest.mark.long
REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
STOP_WITHIN_S = 10


@pytest.fixture(scope="module")
def empty_database(postgresql_server: str) -> str:
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE two")
    return postgresql_server.replace("/postgres?", "/two?")


@pytest.fixture(scope="module")
def processes(
    empty_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Product, Product]]:
    """Both find an empty database at the same time; one of them makes the tables."""
    data: Path = tmp_path_factory.mktemp("two") / "data"
    settings = {"INTAKE_DATABASE_URL": empty_database, "INTAKE_METRICS": "loopback"}
    both = Product(data, settings), Product(data, settings)
    starts = [threading.Thread(target=product.start) for product in both]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    yield both
    for product in both:
        product.kill()


def send(product: Product, key: str = "") -> str:
    """A customer asks for a person without a script; returns the number that was shown."""
    typed = {"words": "502 since 14:20 on shop.example", "contact": "anna@mail.example"}
    query = {"case": key} if key else {}
    sent = requests.post(f"{product.url}/person", data={**typed, **query, "lang": "en"}, timeout=60)
    found = REFERENCE.search(sent.text)
    assert found, sent.text[:2_000]
    return found[0]


def test_what_one_stored_the_other_shows_after_a_kill(processes: tuple[Product, Product]) -> None:
    first, second = processes
    for product in processes:
        answer = requests.get(
            f"{product.url}/readyz?of=database,disk,outbox,checklists", timeout=60
        )
        assert set(answer.json().values()) == {"ok"}
    numbers = [send(first), send(second), send(first)]
    assert len(set(numbers)) == 3
    first.kill()
    shown = {number: second.command("tickets", "show", number) for number in numbers}
    assert all(done.returncode == 0 and "shop.example" in done.stdout for done in shown.values())
    metrics = requests.get(f"{second.url}/metrics", timeout=60).text
    assert 'intake_ready{check="database"} 1.0' in metrics
    doctor = second.command("doctor", "--json")
    assert '"database-good"' in doctor.stdout
    backup = second.command("backup", str(second.data.parent / "backup"))
    assert "3 tickets" in backup.stdout


def test_a_process_that_is_told_to_end_ends_in_time(processes: tuple[Product, Product]) -> None:
    began = time.monotonic()
    assert (
        processes[1].stop() == -signal.SIGTERM
    )  # the cleaned-up end; systemd takes it for success
    assert time.monotonic() - began < STOP_WITHIN_S
