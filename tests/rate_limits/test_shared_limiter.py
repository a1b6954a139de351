"""Limits on either database: never one use too many, whoever counts, whatever the clocks say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from sqlalchemy import Engine, select, update

from intake import database as db
from intake.rate_limits import LimitUse, SharedLimiter, forget_ended_budgets

TEN = RateLimitItemPerMinute(10, 10)
# What one of two processes does: waits for the word, then uses what it can get.
PROCESS = """
import sys
from limits import RateLimitItemPerMinute
from intake.database import open_database
from intake.rate_limits import SharedLimiter
limiter = SharedLimiter(open_database(sys.argv[1]), "room")
print("ready", flush=True)
sys.stdin.readline()
print(sum(limiter.hit(RateLimitItemPerMinute(10, 10), "client", "a") for _ in range(15)))
"""


@pytest.fixture
def url(either_database_url: str) -> str:
    return either_database_url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = db.open_database(url)
    yield engine
    engine.dispose()


def test_two_processes_have_one_limit_between_them(url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    granted = [int(process.communicate("\n", timeout=120)[0]) for process in processes]
    assert sum(granted) == 10, granted


def test_what_is_given_back_may_be_used_again(engine: Engine) -> None:
    """By any process: the row has it, and no memory refuses it."""
    limiter, other = SharedLimiter(engine, "room"), SharedLimiter(engine, "room")
    assert [limiter.hit(TEN, "a") for _ in range(11)] == [True] * 10 + [False]
    limiter.give_back(TEN, "a")
    assert [other.hit(TEN, "a"), limiter.hit(TEN, "a")] == [True, False]
    limiter.give_back(TEN, "nobody used this")
    for _ in range(3):
        assert limiter.hit(TEN, "b")
        limiter.give_back(TEN, "b")
    assert [limiter.hit(TEN, "b") for _ in range(11)] == [True] * 10 + [False]


def test_rooms_and_names_are_counted_apart(engine: Engine) -> None:
    one, other = SharedLimiter(engine, "one"), SharedLimiter(engine, "other")
    assert [one.hit(TEN, "a") for _ in range(11)] == [True] * 10 + [False]
    assert not SharedLimiter(engine, "one").hit(TEN, "a")
    assert not SharedLimiter(engine, "one").test(TEN, "a")
    assert one.hit(TEN, "b")
    assert other.test(TEN, "a")
    assert other.hit(TEN, "a")


def test_the_window_moves_by_the_clock_of_the_database(engine: Engine) -> None:
    assert all(SharedLimiter(engine, "room").hit(TEN, "a") for _ in range(10))
    _move(engine, -540_000)  # a busy machine may have taken a while for the ten
    assert not SharedLimiter(engine, "room").hit(TEN, "a")
    _move(engine, -61_000)
    assert SharedLimiter(engine, "room").hit(TEN, "a")


def test_a_clock_that_was_ahead_refuses_nobody_later(engine: Engine) -> None:
    assert all(SharedLimiter(engine, "room").hit(TEN, "a") for _ in range(10))
    _move(engine, 2 * 24 * 3_600_000)
    assert [SharedLimiter(engine, "room").hit(TEN, "a") for _ in range(11)] == [True] * 10 + [False]


def test_all_are_used_or_none(engine: Engine) -> None:
    """Who has nothing left must not use up what others have."""
    once = RateLimitItemPerMinute(1, 10)
    SharedLimiter(engine, "room").hit(once, "all")
    limiter = SharedLimiter(engine, "room")
    uses = LimitUse(TEN, ("client",)), LimitUse(once, ("all",))
    for _ in range(10):
        assert limiter.spend(*uses) == uses[1]
    assert [SharedLimiter(engine, "room").hit(TEN, "client") for _ in range(10)] == [True] * 10


def test_what_has_ended_is_forgotten(engine: Engine) -> None:
    SharedLimiter(engine, "room").hit(TEN, "a")
    SharedLimiter(engine, "room").hit(RateLimitItemPerSecond(1), "b")
    with db.writing(engine) as connection:
        connection.execute(
            update(db.rate_budgets)
            .where(db.rate_budgets.c.until_ms < db.database_ms() + 60_000)
            .values(until_ms=1)
        )
    assert forget_ended_budgets(engine) == 1


def test_without_the_database_each_process_counts_alone(tmp_path: Path) -> None:
    """Who reads the metrics of a service whose database is away is still let in, and counted."""
    path = tmp_path / "intake.sqlite3"
    engine = db.open_database(f"sqlite:///{path}")
    path.unlink()
    limiter = SharedLimiter(engine, "room")
    assert [limiter.hit(TEN, "a") for _ in range(11)] == [True] * 10 + [False]
    assert limiter.test(TEN, "b")


def _move(engine: Engine, by_ms: int) -> None:
    """Let all uses have been so much later; a process that remembers nothing asks next."""
    with db.writing(engine) as connection:
        (times,) = connection.scalars(select(db.rate_budgets.c.times)).all()
        moved = "".join(str(int(times[at : at + 13]) + by_ms) for at in range(0, len(times), 13))
        connection.execute(update(db.rate_budgets).values(times=moved))
