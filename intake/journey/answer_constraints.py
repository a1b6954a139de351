"""Whether an answer is what its author accepts: numbers in bounds, texts of a pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Protocol

import re2
from pydantic import JsonValue

from intake.journey.acceptance import Accept
from intake.journey.kinds import spec_of
from intake.journey.steps import Ask

MAX_MATCHED: Final = 2_000  # characters; a longer answer matches no pattern
# RE2's own limit is 8 MiB a pattern, and the cache below holds 256 patterns.
_MOST_MEMORY: Final = 1 << 20  # bytes that one pattern may take


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


def fits(ask: Ask, value: JsonValue) -> bool:
    """Whether an answer is within what the step accepts; what can't be compared is not."""
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
    """RE2's patterns take time in proportion to the text, whatever their author wrote."""
    options = re2.Options()
    # RE2 would write to standard error; the author reads the reason through `why_unusable`.
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    compiled: _Pattern = re2.compile(pattern, options)
    return compiled


def why_unusable(pattern: str) -> str | None:
    """Why a pattern can't be taken, in RE2's words; None when it can."""
    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None
