"""The body of a stranger's answer over HTTP, as far as it comes in time and is not too long."""

from __future__ import annotations

import time
from typing import Final

import requests
from urllib3.exceptions import HTTPError

_MOST_AT_ONCE: Final = 64 * 1024


class BodyError(Exception):
    """The body is too long, takes too long, breaks off, or is not packed as it says."""


def read_body(response: requests.Response, *, limit_bytes: int, ends_at: float) -> bytes:
    """
    Read the body of a streamed answer; `ends_at` is a moment of the monotonic clock.

    Raises:
        BodyError: it can't be had whole, or not within these bounds.
        OSError: the connection broke.

    """
    body = bytearray()
    try:
        # `iter_content` waits until a whole piece is there, and each byte of it may take its time.
        while piece := response.raw.read1(_MOST_AT_ONCE, decode_content=True):
            body += piece
            if len(body) > limit_bytes or time.monotonic() > ends_at:
                raise BodyError("its answer is too long, or takes too long")
    except HTTPError as error:
        raise BodyError(f"its answer broke off: {type(error).__name__}") from error
    return bytes(body)
