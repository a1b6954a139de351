"""The TCP probes: does this port of this address accept a connection, and does it greet?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.line_reader import LineReader
from diagnostics.net.tcp_connect import CONNECT_TIMEOUT_S, tcp_connect
from diagnostics.net.tls_stream import Stream
from diagnostics.observations import TcpObservation
from diagnostics.options import Address
from diagnostics.probes.greeting import read_greeting
from diagnostics.probes.ssh_exchange import read_key_exchange
from diagnostics.probes.written_hello import answers_tls
from diagnostics.texts import escape_hidden

_SSH_2 = ("SSH-2.0-", "SSH-1.99-")  # RFC 4253, section 5.1


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
    Connect and keep the connection, for the next probe to use.

    The stream is None exactly if the observation has a failure. `is_silent` tells that nothing was
    received from the host yet (see `tcp_connect`).
    """
    watch = Stopwatch()
    facts: dict[str, Any] = {}
    stream: Stream | None = None
    try:
        stream = tcp_connect(address, port, deadline.within(CONNECT_TIMEOUT_S), is_silent=is_silent)
    except Silence:
        facts = {"failure": Failure.TCP_SILENT, "failure_detail": "no answer to the SYN"}
        # The SYN is repeated after a second (RFC 6298); before that, silence proves nothing.
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
    Connect, optionally wait for the greeting, and close.

    A greeting of a service that speaks first (SSH, RFC 4253 section 4.2; FTP, RFC 959 section 5.4;
    mail, RFC 5321 section 3.1) proves that a program works behind the port, not only the system's
    kernel. To SSH, our version line is sent; if the server then hangs up, it is tried once more. If
    no greeting comes, a TLS handshake is begun, because the server may wait for it (FTP with
    implicit TLS).
    """
    watch = Stopwatch()
    observation, stream = open_connection(
        address, port, host=host, deadline=deadline, service=service, is_silent=is_silent
    )
    if stream is None:
        return observation
    facts = {}
    if wants_greeting:
        facts = _hear(stream, deadline, service=service or "", watch=watch)
        if facts.get("greeting") == "":
            facts["begins_with_tls"] = answers_tls(stream, host, deadline)
    stream.hang_up()
    if facts.get("breaks_off"):
        _, stream = open_connection(address, port, host=host, deadline=deadline)
        again = _hear(stream, deadline, service="ssh", watch=watch) if stream else {}
        facts["breaks_off"] = again.get("breaks_off", False)
        if stream is not None:
            stream.hang_up()
    return observation.model_copy(update=facts | {"duration_s": watch.elapsed_s})


def _hear(stream: Stream, deadline: Deadline, *, service: str, watch: Stopwatch) -> dict[str, Any]:
    """Read a greeting and, for SSH, the beginning of the key exchange."""
    lines = LineReader(stream)
    facts = read_greeting(stream, lines, deadline, service=service, watch=watch)
    if service == "ssh" and str(facts.get("greeting", "")).startswith(_SSH_2):
        facts |= read_key_exchange(stream, lines, deadline)
    return facts


def _no_time(detail: str) -> dict[str, Any]:
    return {"failure": Failure.VANTAGE_NO_TIME, "failure_detail": detail}
