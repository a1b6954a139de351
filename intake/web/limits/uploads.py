"""
What may be uploaded: by a page that shows an upload field, and within budgets.

A file waits in memory until its page has stored it in the draft, so there is a limit for a page,
for a client, for all that waits at once, and for how long a client may take.
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
MAX_UPLOAD_MB = 11  # a file of 10 MB, in its multipart frame
_PATH = re.compile(r"/_stcore/upload_file/(?P<session>[\w-]+)/[\w-]+")
_BY_PAGE = RateLimitItemPerMinute(60, 10)  # MB in ten minutes: a draft's files twice
_BY_CLIENT = RateLimitItemPerMinute(300, 10)
_FILES_BY_CLIENT = RateLimitItemPerMinute(60, 10)
_MAX_WAITING_BYTES = 256 * MEGABYTE
_MAX_AT_ONCE = 32
# A browser sends six files at the same time; a slow one takes minutes and keeps nobody waiting.
_MAX_AT_ONCE_BY_CLIENT = 8
_CHUNK_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class UploadRefusal:
    """Why an upload is not taken, as an HTTP status and a few words for a log or a developer."""

    status: int
    words: str


def session_of(path: str) -> str | None:
    """The Streamlit session in an upload's path; None for another path."""
    match = _PATH.fullmatch(path)
    return match["session"] if match else None


class UploadGate:
    """
    Admits uploads and counts their bytes.

    `is_allowed` says whether a session's page shows an upload field; `waiting_bytes` how much is
    held for all pages together.
    """

    def __init__(self, is_allowed: Callable[[str], bool], waiting_bytes: Callable[[], int]) -> None:
        self._is_allowed, self._waiting_bytes = is_allowed, waiting_bytes
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._under_way: Counter[str] = Counter()

    def refusal(
        self, session: str, client: str, announced_bytes: int | None
    ) -> UploadRefusal | None:
        """Why this upload may not begin; None when it may, and then its size is spent."""
        if not self._is_allowed(session):
            return UploadRefusal(403, "No page asks for a file")
        if announced_bytes is None:
            # A chunked body has no length: it would be in memory before it could be judged.
            return UploadRefusal(411, "Say how long it is")
        if announced_bytes > MAX_UPLOAD_MB * MEGABYTE:
            return UploadRefusal(413, "Too large")
        if (
            self._under_way.total() >= _MAX_AT_ONCE
            or self._under_way[client] >= _MAX_AT_ONCE_BY_CLIENT
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
    def under_way(self, client: str) -> Iterator[None]:
        """Count an upload of a client for as long as it lasts."""
        self._under_way[client] += 1
        try:
            yield
        finally:
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]


def in_time(receive: Receive, within_s: float = _CHUNK_WITHIN_S) -> Receive:
    """The body, given up as if the client had gone when nothing of it comes for `within_s`."""

    async def receive_in_time() -> Message:
        try:
            return await asyncio.wait_for(receive(), within_s)
        except TimeoutError:
            # What ASGI says when a client has gone: the application gives the upload up by itself.
            return {"type": "http.disconnect"}

    return receive_in_time


def waiting_bytes() -> int:
    """How much Streamlit holds of files that no page has stored yet."""
    statistics = get_instance().uploaded_file_mgr.get_stats()
    return sum(
        row.byte_length
        for rows in statistics.values()
        for row in rows
        if isinstance(row, CacheStat)
    )
