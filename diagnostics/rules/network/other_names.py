"""Comparison requests: does a server that doesn't answer for a name answer for its address?"""

from __future__ import annotations

from urllib.parse import urlsplit

from diagnostics.rules.evidence import Evidence


def answers_same_path_by_address(evidence: Evidence, port: int) -> bool:
    """Check whether the same path was answered when requested by address instead of name."""
    path = evidence.target.path
    return any(
        page.port == port and page.status is not None and url_path(page.url) == path
        for page in evidence.by_address
    )


def url_path(url: str) -> str:
    """Return the path and query of a URL."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def port_answers_by_address(evidence: Evidence, port: int) -> bool:
    """Check whether the port answered any request by address, whatever its path."""
    return any(page.port == port and page.first_bytes for page in evidence.by_address)
