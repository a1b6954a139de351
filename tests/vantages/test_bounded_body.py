"""Bodies of strangers' answers: whole, packed or in pieces as HTTP has them, and within bounds."""

from __future__ import annotations

import gzip
import time

import pytest
import requests

from intake.vantages.bounded_body import BodyError, read_body
from tests.fakes.hostile_http import Behaviour, HostileServer, answers, repeats

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
LONG = b"x" * 200_000
PACKED = gzip.compress(LONG)


def fetch(behaviour: Behaviour, *, within_s: float = 60.0) -> bytes:
    with (
        HostileServer(behaviour) as server,
        requests.get(f"http://{server.address}/", stream=True, timeout=60) as response,
    ):
        ends_at = time.monotonic() + within_s
        return read_body(response, limit_bytes=len(LONG), ends_at=ends_at)


@pytest.mark.parametrize(
    ("fields", "body", "expected"),
    [
        (b"Content-Length: 200000\r\n", LONG, LONG),
        (b"", LONG, LONG),
        (b"Content-Encoding: gzip\r\n", PACKED, LONG),
        (b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n" * 2 + b"0\r\n\r\n", b"hello" * 2),
        (b"Content-Length: 0\r\n", b"", b""),
    ],
    ids=["length", "until the end", "packed", "chunks", "nothing"],
)
def test_a_body_comes_whole(fields: bytes, body: bytes, expected: bytes) -> None:
    assert fetch(answers(HEAD + fields + b"\r\n" + body)) == expected


@pytest.mark.parametrize(
    "behaviour",
    [
        answers(HEAD + b"\r\n" + LONG + b"x"),
        answers(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"0" * 5_000_000)),
        answers(HEAD + b"Content-Length: 50\r\n\r\nhalf of it"),
        answers(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf"),
    ],
    ids=["too long", "too long when unpacked", "half", "not packed"],
)
def test_what_is_no_body_within_bounds_is_refused(behaviour: Behaviour) -> None:
    with pytest.raises(BodyError):
        fetch(behaviour)


def test_a_body_that_never_ends_is_given_up_in_time() -> None:
    endless = repeats(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")
    with pytest.raises(BodyError, match="too long"):
        fetch(endless, within_s=0.0)
