"""Maps a function over items, half of them in a second process if there is another processor."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")
_MIN_ITEMS: Final = 4  # for fewer a second process costs more than it saves


def with_second_process(
    work: Callable[[_Input], _Output], items: Sequence[_Input], cost: Callable[[_Input], float]
) -> list[_Output]:
    """
    Return the results in the order of the items; `cost` estimates the relative work of an item.

    The second process is forked, so it has the imports of this one. If a fork isn't possible or
    the child fails, this process does all of the work.
    """
    if len(items) < _MIN_ITEMS or not _may_fork():
        return [work(item) for item in items]
    by_cost = sorted(range(len(items)), key=lambda index: -cost(items[index]))
    # The most expensive item here, the next two there, the next two here, and so on: both
    # processes end at about the same time.
    child_indexes = [index for rank, index in enumerate(by_cost) if rank % 4 in (1, 2)]
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _answer(sink, lambda: [work(items[index]) for index in child_indexes])
    os.close(sink)
    results = {index: work(item) for index, item in enumerate(items) if index not in child_indexes}
    with os.fdopen(source, "rb") as stream:
        written = stream.read()
    os.waitpid(child, 0)
    results |= dict(zip(child_indexes, _read(written), strict=False))
    indexes = range(len(items))
    return [results[index] if index in results else work(items[index]) for index in indexes]


def _read(written: bytes) -> list[Any]:
    """Return the child's results; an empty list if it ended before it had written them."""
    try:
        answered: list[Any] = pickle.loads(written)  # noqa: S301 - our own child wrote it
    except (EOFError, pickle.UnpicklingError):
        return []
    return answered


def _may_fork() -> bool:
    """Check for a second processor, and that no other thread's locks would be inherited."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    has_affinity = hasattr(os, "sched_getaffinity")
    return (len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1) > 1


def _answer(sink: int, work: Callable[[], object]) -> None:
    """Write the results and exit at once, without this process's exit handlers."""
    try:
        written = pickle.dumps(work())
        with os.fdopen(sink, "wb") as stream:
            stream.write(written)
    finally:
        os._exit(0)
