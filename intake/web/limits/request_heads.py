"""What a request's head may hold before anything reads it: so many bytes, and our own cookies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

RawHeaders = Sequence[tuple[bytes, bytes]]

MAX_HEAD_BYTES = 32 * 1024  # browsers stay below 16 KiB
_MAX_COOKIE_BYTES = 4096  # RFC 6265, section 6.1: what a browser keeps of one cookie
_OUR_COOKIES = (b"_streamlit", b"streamlit", b"intake_")


def head_bytes(headers: RawHeaders) -> int:
    """How long the header lines are together."""
    # 4: the colon, the blank and the line's end, which the parser has taken away.
    return sum(len(name) + len(value) + 4 for name, value in headers)


def without_foreign_cookies(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """
    The headers, of whose cookies only ours are left.

    Python's cookie parser takes time that grows with the square of the backslashes in a quoted
    value (CVE-2024-7592, mended in 3.11.10 and 3.12.6): 60 KB cost 27 seconds of the event loop.
    Cookies of ours hold none; those of other pages of the same domain are not our business.
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
