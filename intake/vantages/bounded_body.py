"""Read the body of an untrusted HTTP response within limits of time and size."""

from __future__ import annotations

import time
from typing import Final

import requests
from urllib3.exceptions import HTTPError

_CHUNK_BYTES: Final = 64 * 1024


class BodyError(Exception):
    """The body is too long, takes too long, breaks off, or isn't encoded as it claims."""


def read_body(response: requests.Response, *, limit_bytes: int, ends_at: float) -> bytes:
    """
    Read the body of a streamed answer; `ends_at` is a time of the monotonic clock.

    Raises:
        BodyError: it is incomplete, or exceeds these limits.
        OSError: the connection broke.
    """
    body = bytearray()
    try:
        # `iter_content` waits for a full chunk, and each byte of it may come late.
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > limit_bytes or time.monotonic() > ends_at:
                raise BodyError("its answer is too long, or takes too long")
    except HTTPError as error:
        raise BodyError(f"its answer broke off: {type(error).__name__}") from error
    return bytes(body)
