"""Limits on request headers before anything parses them: their size, and our own cookies only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

RawHeaders = Sequence[tuple[bytes, bytes]]

MAX_HEAD_BYTES = 32 * 1024  # browsers stay below 16 KiB
_MAX_COOKIE_BYTES = 4096  # RFC 6265, section 6.1: what a browser keeps of one cookie
_OUR_COOKIES = (b"_streamlit", b"streamlit", b"intake_")


def head_bytes(headers: RawHeaders) -> int:
    """Return the total length of the header lines in bytes."""
    # 4: the colon, the blank and the line end, which the parser has removed.
    return sum(len(name) + len(value) + 4 for name, value in headers)


def without_foreign_cookies(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """
    Return the headers with only our own cookies.

    Python's cookie parser takes time that grows with the square of the backslashes in a quoted
    value (CVE-2024-7592, fixed in 3.11.10 and 3.12.6): 60 KB blocked the event loop for 27 seconds.
    Our cookies contain no backslash; those of other pages of the same domain aren't needed.
    """
    kept = []
    for name, value in headers:
        if name != b"cookie":
            kept.append((name, value))
        elif ours := b"; ".join(_ours(value.split(b";"))):
            kept.append((name, ours))
    return kept


def _ours(cookies: Iterable[bytes]) -> Iterable[bytes]:
    for cookie in cookies:
        stripped = cookie.strip()
        if (
            stripped.startswith(_OUR_COOKIES)
            and len(stripped) <= _MAX_COOKIE_BYTES
            and b"\\" not in stripped
        ):
            yield stripped
