"""Few at a time, nobody left out, and a turn within a turn is that very turn."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from intake.ui.render_limiter import TurnWaits, render_slot


def test_two_at_a_time_and_everybody_in_the_end() -> None:
    inside, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(2)

    def page(number: int) -> int:
        nonlocal inside, most
        with render_slot(), render_slot():
            with lock:
                inside += 1
                most = max(most, inside)
            if number < 2:
                both.wait(10)  # proves that two are inside at once
            with lock:
                inside -= 1
        return number

    with ThreadPoolExecutor(40) as pool:
        assert sorted(pool.map(page, range(40))) == list(range(40))
    assert most == 2


def test_a_page_that_fails_gives_its_turn_back() -> None:
    def fail() -> None:
        with render_slot():
            raise RuntimeError("as a page may")

    def take() -> bool:
        with render_slot():
            return True

    with ThreadPoolExecutor(1) as pool:
        for _ in range(5):
            assert isinstance(pool.submit(fail).exception(10), RuntimeError)
        assert pool.submit(take).result(10)


def test_customers_never_wait_for_staff() -> None:
    """Three colleagues on a slow list once held every turn there was."""
    is_taken, may_end = threading.Event(), threading.Event()

    def staff() -> None:
        with render_slot(for_staff=True):
            is_taken.set()
            may_end.wait(60)

    def customer() -> bool:
        with render_slot():
            return True

    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            pool.submit(staff)
        assert is_taken.wait(60)
        assert pool.submit(customer).result(60)
        may_end.set()


def test_how_long_pages_wait_is_known_while_they_wait() -> None:
    now = 100.0
    waits = TurnWaits(clock=lambda: now)
    assert waits.mean_s == 0.0
    with waits.waiting() as has_come:
        now += 3
        assert waits.mean_s == 3.0, "one that waits still counts"
        has_come()
        now += 1
        assert waits.mean_s == 3.0, "working isn't waiting"
    with waits.waiting() as has_come:
        has_come()
    assert waits.mean_s == 1.5
    now += 6
    assert waits.mean_s == 0.0
