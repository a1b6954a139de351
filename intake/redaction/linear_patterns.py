"""Expressions that take time in proportion to the text (RE2), with room for large tables."""

from __future__ import annotations

from typing import Any

import re2

_MEMORY = 64 * 1024 * 1024  # bytes an expression; with less RE2 falls back to a slower way


def compiled(pattern: str) -> Any:  # noqa: ANN401 - the library has no types
    """The expression; its flags stand in it."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)
