"""Checks an answer against the author's `accept`: bounds and pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Protocol

import re2
from pydantic import JsonValue

from intake.journey.acceptance import Accept
from intake.journey.kinds import spec_of
from intake.journey.steps import Ask

MAX_MATCHED: Final = 2_000  # characters; a longer answer matches no pattern
# RE2's default limit is 8 MiB a pattern, and the cache below holds 256 patterns.
_MAX_PATTERN_BYTES: Final = 1 << 20


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


def is_accepted(ask: Ask, value: JsonValue) -> bool:
    """
    Check whether an answer satisfies the step's `accept`.

    An answer that has no size never satisfies bounds.
    """
    accept = ask.accept
    if accept is None:
        return True
    if accept.pattern is not None and not _matches(accept.pattern, value):
        return False
    if accept.from_ is None and accept.to is None:
        return True
    size = spec_of(ask).size(value)
    return size is not None and _is_between(accept, size)


def _is_between(accept: Accept, size: float) -> bool:
    return (accept.from_ is None or size >= accept.from_) and (
        accept.to is None or size <= accept.to
    )


def _matches(pattern: str, value: JsonValue) -> bool:
    is_short = isinstance(value, str) and len(value) <= MAX_MATCHED
    return is_short and _compiled(pattern).fullmatch(str(value)) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> _Pattern:
    """Compile with RE2, which matches in linear time whatever the pattern."""
    options = re2.Options()
    # RE2 would write to standard error; authors get the reason from `pattern_error`.
    options.log_errors = False
    options.max_mem = _MAX_PATTERN_BYTES
    compiled: _Pattern = re2.compile(pattern, options)
    return compiled


def pattern_error(pattern: str) -> str | None:
    """Return RE2's reason why a pattern can't be used, or None if it can."""
    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None
