"""The TCP probe: does this port of this address accept a connection, and does it greet?"""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.tcp_connect import CONNECT_S, dial
from diagnostics.net.tls_stream import BrokenError, Silence, Stream
from diagnostics.observations import TcpObservation
from diagnostics.options import Address
from diagnostics.texts import escape_hidden

GREETING_S = 3.5


def probe_tcp(  # noqa: PLR0913 - what a connection needs
    address: Address,
    port: int,
    *,
    host: str,
    deadline: Deadline,
    service: str | None = None,
    wants_greeting: bool = False,
    is_dark: Callable[[], bool] = lambda: False,
) -> TcpObservation:
    """Connect, perhaps listen for the greeting, and close. No byte is sent."""
    observation, stream = open_line(
        address,
        port,
        host=host,
        deadline=deadline,
        service=service,
        wants_greeting=wants_greeting,
        is_dark=is_dark,
    )
    if stream is not None:
        stream.hang_up()
    return observation


def open_line(  # noqa: PLR0913 - what a connection needs
    address: Address,
    port: int,
    *,
    host: str,
    deadline: Deadline,
    service: str | None = None,
    wants_greeting: bool = False,
    is_dark: Callable[[], bool] = lambda: False,
) -> tuple[TcpObservation, Stream | None]:
    """
    Connect, perhaps listen for the greeting, and stay: the next probe may speak on this line.

    `is_dark` tells that nothing at all was heard of the host yet (see `dial`).

    Services that speak first (SSH, RFC 4253 section 4.2; FTP, RFC 959 section 5.4) prove
    with it that a program works behind the port and not only the system's kernel.
    """
    watch = Stopwatch()
    failure: Failure | None = None
    greeting: str | None = None
    detail = ""
    told_by: str | None = None
    stream: Stream | None = None
    try:
        stream = dial(address, port, deadline.within(CONNECT_S), is_dark=is_dark)
        if wants_greeting:
            greeting = _listen(stream, deadline)
    except Silence:
        failure, detail = Failure.TCP_SILENT, "no answer to the SYN"
    except BrokenError as error:
        failure, detail, told_by = error.failure, error.detail, error.told_by
    if failure is not None and stream is not None:
        stream.hang_up()
        stream = None
    if failure is Failure.TCP_SILENT and watch.elapsed_s < 1:
        failure, detail = Failure.VANTAGE_NO_TIME, "the time of the diagnosis was over"
    observation = TcpObservation(
        id=f"tcp-{port}@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        failure=failure,
        failure_detail=escape_hidden(detail),
        address=str(address),
        port=port,
        host=host,
        service=service,
        greeting=greeting,
        told_by=told_by,
    )
    return observation, stream


def _listen(stream: Stream, deadline: Deadline) -> str:
    """
    Give the first line that the server says; "" when it says nothing.

    An SSH server may say other lines before its own (RFC 4253, section 4.2).
    """
    stream.deadline = deadline.within(GREETING_S)
    try:
        data = stream.receive(256)
    except Silence:
        return ""
    if not data:
        raise BrokenError(Failure.TCP_RESET, "closed without a word")
    lines = data.split(b"\n")
    line = next((one for one in lines if one.startswith(b"SSH-")), lines[0])
    return escape_hidden(line.decode("utf-8", "replace").strip(), 120)
