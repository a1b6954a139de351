"""Whether a server that keeps silent for a name answers another: requests made to compare."""

from __future__ import annotations

from urllib.parse import urlsplit

from diagnostics.rules.evidence import Evidence


def other_names_answer(evidence: Evidence, port: int) -> bool:
    """Whether the same request was answered when it named the address instead of the host."""
    path = evidence.target.path
    return any(
        page.port == port and page.status is not None and url_path(page.url) == path
        for page in evidence.by_address
    )


def url_path(url: str) -> str:
    """Return path and query of a URL."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def answers_another_name(evidence: Evidence, port: int) -> bool:
    """Whether the same port answered when asked for the address and another path."""
    return any(page.port == port and page.first_bytes for page in evidence.by_address)
