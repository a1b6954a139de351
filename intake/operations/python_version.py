"""Interpreters with known faults, and the first ones without."""

from __future__ import annotations

from typing import Final

# CVE-2024-7592 (cookies), CVE-2024-6923 and CVE-2026-0672 (headers of mails).
FIRST_SAFE_PYTHON: Final = {(3, 11): (3, 11, 15), (3, 12): (3, 12, 13)}
