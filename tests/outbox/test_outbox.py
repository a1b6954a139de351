"""The outbox: a lease is one worker's, and the delay before the next attempt has bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from intake.outbox import Outbox, retry_delay_s
from tests.tickets.example import NOW, Kept


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


def test_a_slow_worker_does_not_undo_anothers_delivery(kept: Kept) -> None:
    reference = kept.send(kept.draft()[1]).reference
    outbox = Outbox(kept.engine)
    slow = outbox.lease(NOW, ["email"])
    other = outbox.lease(NOW + timedelta(minutes=11), ["email"])
    assert slow is not None
    assert other is not None
    outbox.mark_delivered(other, NOW, "there")
    outbox.mark_waiting(slow, NOW, "timed out")
    outbox.mark_parked(slow, "refused")
    assert kept.outbox_rows(reference)[0].state == "delivered"


@pytest.mark.parametrize("attempt", [1, 2, 7, 50, 5_000])
def test_retry_delays_stay_within_bounds(attempt: int) -> None:
    longest: Callable[[float, float], float] = lambda _low, high: high  # noqa: E731
    assert retry_delay_s(attempt, pick=longest) == min(21_600.0, 30.0 * 2 ** min(attempt, 40))
    assert retry_delay_s(attempt, pick=lambda low, _high: low) == 0.0


def test_retry_delay_of_no_attempt_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        retry_delay_s(0)
