"""Half of the files are read by a second process: nobody sees it but by the clock."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from intake.authoring.second_process import with_second_process

ITEMS = list(range(1, 8))


@pytest.fixture(autouse=True)
def _room_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second processor, and no threads but this one, whatever the machine and the test runner."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def _who(item: int) -> tuple[int, int]:
    return item, os.getpid()


def test_the_results_come_in_the_order_of_the_items_from_two_processes() -> None:
    results = with_second_process(_who, ITEMS, float)
    assert [item for item, _ in results] == ITEMS
    assert len({process for _, process in results}) == 2


def test_what_the_other_process_leaves_undone_is_done_here() -> None:
    here = os.getpid()

    def only_here(item: int) -> int:
        if os.getpid() != here:
            os._exit(1)
        return item

    assert with_second_process(only_here, ITEMS, float) == ITEMS


def test_what_fails_in_the_other_process_fails_here_with_its_reason() -> None:
    def refuse(item: int) -> int:
        if item == ITEMS[-2]:
            raise ValueError(item)
        return item

    with pytest.raises(ValueError, match=str(ITEMS[-2])):
        with_second_process(refuse, ITEMS, float)


def test_few_items_stay_here() -> None:
    assert {process for _, process in with_second_process(_who, ITEMS[:3], float)} == {os.getpid()}


@pytest.fixture
def another_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.undo()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    yield
    done.set()
    thread.join()


@pytest.mark.usefixtures("another_thread")
def test_nothing_is_forked_where_a_thread_may_hold_a_lock() -> None:
    assert {process for _, process in with_second_process(_who, ITEMS, float)} == {os.getpid()}
