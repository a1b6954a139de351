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
        with render_slot("one"), render_slot("one"):
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
        with render_slot("one"):
            raise RuntimeError("as a page may")

    def take() -> bool:
        with render_slot("one"):
            return True

    with ThreadPoolExecutor(1) as pool:
        for _ in range(5):
            assert isinstance(pool.submit(fail).exception(10), RuntimeError)
        assert pool.submit(take).result(10)


def test_customers_never_wait_for_staff() -> None:
    """Three colleagues on a slow list once held every turn there was."""
    is_taken, may_end = threading.Event(), threading.Event()

    def staff() -> None:
        with render_slot("staff", for_staff=True):
            is_taken.set()
            may_end.wait(60)

    def customer() -> bool:
        with render_slot("one"):
            return True

    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            pool.submit(staff)
        assert is_taken.wait(60)
        assert pool.submit(customer).result(60)
        may_end.set()


def test_one_client_with_many_pages_keeps_nobody_elses_waiting() -> None:
    """Fifty sockets of one address, each asking for its page anew, were all that was drawn."""
    begun, may_end = threading.Semaphore(0), threading.Event()
    order: list[str] = []

    def greedy() -> None:
        with render_slot("greedy"):
            begun.release()
            may_end.wait(60)
            order.append("greedy")

    def customer() -> None:
        with render_slot("customer"):
            order.append("customer")

    with ThreadPoolExecutor(60) as pool:
        pages = [pool.submit(greedy) for _ in range(50)]
        assert begun.acquire(timeout=60)
        assert begun.acquire(timeout=60)  # both slots are taken, 48 wait
        honest = pool.submit(customer)
        may_end.set()
        honest.result(60)
        for page in pages:
            page.result(60)
    assert order.index("customer") < 25, "not behind all of them"


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
