"""Python releases with known vulnerabilities, and the first releases without."""

from __future__ import annotations

from typing import Final

PythonVersion = tuple[int, int, int]

# CVE-2024-7592 (cookies), CVE-2024-6923 and CVE-2026-0672 (headers of mails).
_FIRST_SAFE: Final[dict[tuple[int, int], PythonVersion]] = {
    (3, 11): (3, 11, 15),
    (3, 12): (3, 12, 13),
}


def safe_python(version: PythonVersion) -> PythonVersion | None:
    """
    Return the release to update to if this one has known vulnerabilities; None if it
    has none.
    """
    first_safe = _FIRST_SAFE.get(version[:2])
    return first_safe if first_safe is not None and version < first_safe else None
