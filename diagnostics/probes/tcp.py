"""The TCP probes: does this port of this address accept a connection, and does it greet?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.tcp_connect import CONNECT_S, tcp_connect
from diagnostics.net.tls_stream import Stream
from diagnostics.observations import TcpObservation
from diagnostics.options import Address
from diagnostics.texts import escape_hidden

GREETING_S = 3.5
MAIL_GREETING_S = 10.0  # servers make senders wait 5 s and more, to shake off spammers
_MAX_GREETING_BYTES = 512


def open_connection(  # noqa: PLR0913 - what a connection needs
    address: Address,
    port: int,
    *,
    host: str,
    deadline: Deadline,
    service: str | None = None,
    is_silent: Callable[[], bool] = lambda: False,
) -> tuple[TcpObservation, Stream | None]:
    """
    Connect and stay connected: the next probe may speak on this stream.

    The stream is None exactly where the observation has a failure. `is_silent` tells that nothing
    at all came from the host yet (see `tcp_connect`).
    """
    watch = Stopwatch()
    facts: dict[str, Any] = {}
    stream: Stream | None = None
    try:
        stream = tcp_connect(address, port, deadline.within(CONNECT_S), is_silent=is_silent)
    except Silence:
        facts = {"failure": Failure.TCP_SILENT, "failure_detail": "no answer to the SYN"}
        # The SYN is repeated after a second (RFC 6298): before that, nobody was silent yet.
        if watch.elapsed_s < 1:
            facts = _no_time("the time of the diagnosis was over")
    except BrokenError as error:
        facts = {
            "failure": error.failure,
            "failure_detail": escape_hidden(error.detail),
            "icmp_source": error.icmp_source,
        }
    observation = TcpObservation(
        id=f"tcp-{port}@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        port=port,
        host=host,
        service=service,
        **facts,
    )
    return observation, stream


def probe_tcp(  # noqa: PLR0913 - what a connection needs
    address: Address,
    port: int,
    *,
    host: str,
    deadline: Deadline,
    service: str | None = None,
    wants_greeting: bool = False,
    is_silent: Callable[[], bool] = lambda: False,
) -> TcpObservation:
    """
    Connect, perhaps wait for the greeting, and close. No byte is sent.

    Services that speak first (SSH, RFC 4253 section 4.2; FTP, RFC 959 section 5.4) prove
    with it that a program works behind the port and not only the system's kernel.
    """
    watch = Stopwatch()
    observation, stream = open_connection(
        address, port, host=host, deadline=deadline, service=service, is_silent=is_silent
    )
    if stream is None:
        return observation
    if not wants_greeting:
        stream.hang_up()
        return observation
    facts = _greeting_facts(stream, deadline.within(GREETING_S), _first_packet, {"greeting": ""})
    return observation.model_copy(update=facts | {"duration_s": watch.elapsed_s})


def probe_greeting(
    address: Address, port: int, *, host: str, service: str, deadline: Deadline
) -> TcpObservation:
    """
    Connect and wait for a mail server's first line; no byte is sent.

    In SMTP the server speaks first (RFC 5321, section 3.1), at times only after a while.
    """
    watch = Stopwatch()
    observation, stream = open_connection(
        address, port, host=host, deadline=deadline, service=service
    )
    if stream is None:
        return observation
    until = deadline.within(MAIL_GREETING_S)
    silence: dict[str, Any] = {"greeting": ""}
    # The diagnosis ended before the server's ten seconds did, so its silence says nothing.
    if until.at == deadline.at:
        silence = _no_time("the time of the diagnosis was over before a greeting")
    facts = _greeting_facts(stream, until, _first_line, silence)
    return observation.model_copy(update=facts | {"duration_s": watch.elapsed_s})


def _greeting_facts(
    stream: Stream, until: Deadline, read: Callable[[Stream], str], silence: dict[str, Any]
) -> dict[str, Any]:
    """Wait for a greeting and hang up; `silence` is what it means when none comes."""
    stream.deadline = until
    try:
        return {"greeting": read(stream)}
    except Silence:
        return silence
    except BrokenError as error:
        return {"failure": error.failure, "failure_detail": escape_hidden(error.detail)}
    finally:
        stream.hang_up()


def _first_packet(stream: Stream) -> str:
    """
    Give the first line of what comes first.

    An SSH server may say other lines before its own (RFC 4253, section 4.2).
    """
    data = stream.receive(256)
    if not data:
        raise BrokenError(Failure.TCP_RESET, "closed without a word")
    lines = data.split(b"\n")
    line = next((line for line in lines if line.startswith(b"SSH-")), lines[0])
    return escape_hidden(line.decode("utf-8", "replace").strip(), 120)


def _first_line(stream: Stream) -> str:
    """Give the first line, however many packets it takes."""
    received = b""
    while b"\n" not in received and len(received) < _MAX_GREETING_BYTES:
        data = stream.receive(_MAX_GREETING_BYTES)
        if not data:
            if received:
                break
            raise BrokenError(Failure.TCP_RESET, "closed without a word")
        received += data
    return escape_hidden(received.split(b"\n")[0].decode("utf-8", "replace").strip(), 200)


def _no_time(detail: str) -> dict[str, Any]:
    return {"failure": Failure.VANTAGE_NO_TIME, "failure_detail": detail}
