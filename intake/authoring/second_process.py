"""_In on many files, half of it by a second process where the machine has room for one."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_FEWEST: Final = 4  # items; for fewer a second process costs more than it brings


def with_second_process(
    work: Callable[[_In], _Out], items: Sequence[_In], cost: Callable[[_In], float]
) -> list[_Out]:
    """
    The results in the order of the items; `cost` is how much work one is beside another.

    The other process is forked, so it has what this one has imported. Where that isn't possible,
    or it fails, everything is done here.
    """
    if len(items) < _FEWEST or not _may_fork():
        return [work(item) for item in items]
    by_cost = sorted(range(len(items)), key=lambda place: -cost(items[place]))
    # The dearest here, the next two there, the next two here: both end at about the same time.
    theirs = [place for rank, place in enumerate(by_cost) if rank % 4 in (1, 2)]
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _answer(sink, lambda: [work(items[place]) for place in theirs])
    os.close(sink)
    results = {place: work(item) for place, item in enumerate(items) if place not in theirs}
    with os.fdopen(source, "rb") as stream:
        written = stream.read()
    os.waitpid(child, 0)
    results |= dict(zip(theirs, _read(written), strict=False))
    places = range(len(items))
    return [results[place] if place in results else work(items[place]) for place in places]


def _read(written: bytes) -> list[Any]:
    """What our own child wrote; nothing where it came to an end before."""
    try:
        answered: list[Any] = pickle.loads(written)  # noqa: S301 - see above
    except (EOFError, pickle.UnpicklingError):
        return []
    return answered


def _may_fork() -> bool:
    """Whether there is a second processor, and no thread whose locks a child would inherit."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    has_affinity = hasattr(os, "sched_getaffinity")
    return (len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1) > 1


def _answer(sink: int, work: Callable[[], object]) -> None:
    """Write the results and end, with nothing of what this process would do at its own end."""
    try:
        written = pickle.dumps(work())
        with os.fdopen(sink, "wb") as stream:
            stream.write(written)
    finally:
        os._exit(0)
