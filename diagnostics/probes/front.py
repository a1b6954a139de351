"""The front probe: does a web server itself answer, if the program behind it doesn't?"""

from __future__ import annotations

import re

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.tcp_connect import tcp_connect
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.targets import port_of
from diagnostics.texts import escape_hidden

_ANSWER_S = 2.5  # the server refuses without asking a program, which takes milliseconds
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)\b")


def probe_front(
    address: Address, url: str, *, observation_id: str, user_agent: str, deadline: Deadline
) -> HttpObservation:
    """
    Send a request that names no host: a server must refuse it itself (RFC 9112, section 3.2).

    nginx, Apache, Caddy and Varnish don't pass such a request on, so an answer proves they work.
    `url` is the request with which this one is compared.
    """
    watch = Stopwatch()
    answer, failure, detail = b"", None, ""
    try:
        stream = tcp_connect(address, port_of(url), deadline.within(_ANSWER_S))
        try:
            head = f"GET / HTTP/1.1\r\nUser-Agent: {user_agent}\r\nConnection: close\r\n\r\n"
            stream.send(head.encode("latin-1", "replace"))
            answer = stream.receive(64)
        finally:
            stream.hang_up()
    except Silence:
        failure, detail = Failure.HTTP_SILENT, "no answer to a request without a host"
    except BrokenError as error:
        failure, detail = Failure.HTTP_CLOSED, escape_hidden(error.detail)
    status = _STATUS.match(answer)
    if status is None and failure is None:
        failure = Failure.HTTP_MALFORMED if answer else Failure.HTTP_CLOSED
    return HttpObservation(
        id=observation_id,
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        url=url,
        host=str(address),
        port=port_of(url),
        way="address",
        by_address=True,
        status=int(status[1]) if status else None,
        first_bytes=escape_hidden(answer.decode("latin-1"), 80),
        failure=failure,
        failure_detail=detail,
    )
