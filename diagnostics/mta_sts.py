"""
Parser of MTA-STS, by which a domain tells senders to insist on TLS and its own servers (RFC 8461).

A TXT record announces the policy; the policy is a file at a fixed URL. Pure: nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

StsMode = Literal["enforce", "testing", "none"]
_MODES: dict[str, StsMode] = {"enforce": "enforce", "testing": "testing", "none": "none"}
_RECORD = re.compile(r"v=STSv1\s*;\s*id=[A-Za-z0-9]{1,32}\s*(?:;.*)?", re.DOTALL)
_MAX_LINES = 200
_MAX_PATTERNS = 40
_MAX_AGE = re.compile(r"[0-9]{1,10}")
_PATTERN = re.compile(r"(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True)
class StsPolicy:
    """A policy. `mistake` is a line that senders can't read; they then ignore the whole policy."""

    mode: StsMode | None = None
    mx: tuple[str, ...] = ()
    mistake: str = ""


def policy_url(domain: str) -> str:
    """Return the URL of a domain's policy (RFC 8461, section 3.2)."""
    return f"https://mta-sts.{domain}/.well-known/mta-sts.txt"


def is_sts(text: str) -> bool:
    """Check whether a text record is meant as an MTA-STS record, well formed or not."""
    return text.strip().lower().startswith("v=stsv")


def is_sts_record(text: str) -> bool:
    """Check whether senders can read the record (RFC 8461, section 3.1)."""
    return _RECORD.fullmatch(text.strip()) is not None


def read_sts_policy(text: str) -> StsPolicy:
    """Parse a policy (RFC 8461, section 3.2). Of a repeated key, the first line counts."""
    values: dict[str, str] = {}
    patterns: list[str] = []
    for line in [line.strip() for line in text.splitlines()[:_MAX_LINES] if line.strip()]:
        key, colon, value = (part.strip() for part in line.partition(":"))
        pattern = value.lower().rstrip(".")
        if not colon or (key == "mx" and not _PATTERN.fullmatch(pattern)):
            return StsPolicy(mistake=line)
        if key == "mx":
            patterns.append(pattern)
        else:
            values.setdefault(key, value)
    mode = _MODES.get(values.get("mode", ""))
    is_readable = {
        "version": values.get("version") == "STSv1",
        "mode": mode is not None,
        "max_age": bool(_MAX_AGE.fullmatch(values.get("max_age", ""))),
        "mx": bool(patterns) or mode == "none",
    }
    for key, is_right in is_readable.items():
        if not is_right:
            return StsPolicy(mistake=f"{key}: {values.get(key, '')}".strip())
    return StsPolicy(mode, tuple(patterns[:_MAX_PATTERNS]))


def allows(pattern: str, host: str) -> bool:
    """Check whether a server's name matches a pattern; "*" is exactly one label (section 4.1)."""
    host = host.lower().rstrip(".")
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:]
    return host == pattern
