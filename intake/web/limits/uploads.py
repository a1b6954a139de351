"""
Limits on uploads: only to pages that show an upload field, and within budgets.

A file stays in memory until its page has stored it in the draft, so there are limits per page, per
client, for all waiting files, and for how long an upload may take.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import Message, Receive
from streamlit.runtime import get_instance
from streamlit.runtime.stats import CacheStat

MEGABYTE = 1024 * 1024
MAX_UPLOAD_MB = 11  # a file of 10 MB, as multipart
_PATH = re.compile(r"/_stcore/upload_file/(?P<session>[\w-]+)/[\w-]+")
_BY_PAGE = RateLimitItemPerMinute(60, 10)  # MB in ten minutes: a draft's files twice
_BY_CLIENT = RateLimitItemPerMinute(300, 10)
_FILES_BY_CLIENT = RateLimitItemPerMinute(60, 10)
_MAX_WAITING_BYTES = 256 * MEGABYTE
_MAX_AT_ONCE = 32
# A browser sends six files in parallel; a slow one takes minutes without blocking anybody.
_MAX_AT_ONCE_BY_CLIENT = 8
_CHUNK_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class UploadRefusal:
    """The HTTP status and a short reason, for a log or a developer, of a refused upload."""

    status: int
    words: str


def session_of(path: str) -> str | None:
    """Return the Streamlit session in an upload's path, or None for another path."""
    match = _PATH.fullmatch(path)
    return match["session"] if match else None


class UploadGate:
    """
    Admits uploads and counts their bytes.

    `is_allowed` tells whether a session's page shows an upload field; `waiting_bytes` how many
    bytes are in memory for all pages together.
    """

    def __init__(self, is_allowed: Callable[[str], bool], waiting_bytes: Callable[[], int]) -> None:
        self._is_allowed, self._waiting_bytes = is_allowed, waiting_bytes
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._running: Counter[str] = Counter()

    def refusal(
        self, session: str, client: str, announced_bytes: int | None
    ) -> UploadRefusal | None:
        """Return why this upload may not begin; None if it may, and then its size is counted."""
        if not self._is_allowed(session):
            return UploadRefusal(403, "No page asks for a file")
        if announced_bytes is None:
            # A chunked body has no length: it would be in memory before its size is known.
            return UploadRefusal(411, "Say how long it is")
        if announced_bytes > MAX_UPLOAD_MB * MEGABYTE:
            return UploadRefusal(413, "Too large")
        if (
            self._running.total() >= _MAX_AT_ONCE
            or self._running[client] >= _MAX_AT_ONCE_BY_CLIENT
            or self._waiting_bytes() > _MAX_WAITING_BYTES
        ):
            return UploadRefusal(503, "Too many files at once, try again in a minute")
        cost = max(1, math.ceil(announced_bytes / MEGABYTE))
        if not (
            self._limiter.hit(_FILES_BY_CLIENT, "files", client)
            and self._limiter.hit(_BY_PAGE, "page", session, cost=cost)
            and self._limiter.hit(_BY_CLIENT, "client", client, cost=cost)
        ):
            return UploadRefusal(429, "Too many files, try again in ten minutes")
        return None

    @contextmanager
    def count_upload(self, client: str) -> Iterator[None]:
        """Count an upload of a client while it lasts."""
        self._running[client] += 1
        try:
            yield
        finally:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]


def with_timeout(receive: Receive, within_s: float = _CHUNK_WITHIN_S) -> Receive:
    """Wrap `receive` to disconnect when nothing comes for `within_s` seconds."""

    async def receive_in_time() -> Message:
        try:
            return await asyncio.wait_for(receive(), within_s)
        except TimeoutError:
            # ASGI's message for a client that has gone: the application then drops the upload.
            return {"type": "http.disconnect"}

    return receive_in_time


def waiting_bytes() -> int:
    """Return the bytes of the files that Streamlit holds until a page stores them."""
    statistics = get_instance().uploaded_file_mgr.get_stats()
    return sum(
        row.byte_length
        for rows in statistics.values()
        for row in rows
        if isinstance(row, CacheStat)
    )
