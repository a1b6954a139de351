"""When to try a delivery again, and when to stop trying."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

RandomDraw = Callable[[float, float], float]

GIVE_UP_AFTER = timedelta(hours=75)  # the span of Standard Webhooks 1.0: a weekend and more
# Nor before this many attempts: behind a thousand tickets at a slow desk, or after a week in which
# the service was off, a ticket has had only a few.
GIVE_UP_ATTEMPTS = 12
_MAX_DOUBLINGS = 32  # beyond any cap; keeps 2 ** attempt a small number


def uniform(low: float, high: float) -> float:
    """
    Return a random number between two bounds; jitter is no secret, so it needs no
    strong source.
    """
    return random.uniform(low, high)  # noqa: S311


def retry_delay_s(
    attempt: int, *, base_s: float = 30.0, cap_s: float = 21_600.0, pick: RandomDraw = uniform
) -> float:
    """
    Return the seconds to wait before the next attempt to deliver a ticket.

    Exponential backoff with full jitter: a uniform draw from 0 s up to `base_s * 2 ** attempt`,
    never above `cap_s` (6 hours). The jitter keeps a thousand waiting tickets from reaching a desk
    in the same second as it comes back.

    Raises:
        ValueError: `attempt`, the number already made, is below 1.

    Source:
        M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
        A desk's Retry-After (RFC 9110, section 10.2.3) overrides it.
    """
    if attempt < 1:
        raise ValueError(f"attempt is the number already made, at least 1; it is {attempt}")
    return pick(0.0, min(cap_s, base_s * 2 ** min(attempt, _MAX_DOUBLINGS)))
