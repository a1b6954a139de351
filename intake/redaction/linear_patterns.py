"""Regular expressions with linear running time (RE2), with memory for large tables."""

from __future__ import annotations

from typing import Any

import re2

_MEMORY = 64 * 1024 * 1024  # bytes per expression; with less, RE2 falls back to a slower algorithm


def compile_linear(pattern: str) -> Any:  # noqa: ANN401 - the library has no types
    """Compile an expression; its flags are part of it."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)
