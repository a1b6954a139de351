"""The load time probe: request a page again, and measure the seconds of each phase."""

from __future__ import annotations

import ssl
from contextlib import suppress
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import dns.exception

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.dns_client import ask_resolvers
from diagnostics.net.tls_stream import Connection, Stream
from diagnostics.net.trust_roots import WEB_PROTOCOLS, permissive_context
from diagnostics.observations import HttpObservation, LoadTimeObservation
from diagnostics.options import Address
from diagnostics.probes.http import probe_http
from diagnostics.probes.tcp import open_connection
from diagnostics.targets import as_address, port_of
from diagnostics.texts import escape_hidden

# A phase that takes longer is slow, so we stop waiting.
PHASE_S, BODY_S = 3.5, 5.5
_MAX_URL = 2048
_NOT_WAITED_FOR = {Failure.HTTP_SILENT, Failure.HTTP_STALLED, Failure.VANTAGE_NO_TIME}


def probe_load_time(  # noqa: PLR0913 - what a try needs
    address: Address,
    url: str,
    *,
    observation_id: str,
    user_agent: str,
    deadline: Deadline,
    repeats: str | None = None,
    resolvers: tuple[str, ...] | None = None,
) -> LoadTimeObservation:
    """
    Open a page as a browser does at its first visit, and stop once a phase is certainly slow.

    With `resolvers`, the lookup of a name that no cache has is measured too: an invented one below
    the URL's host. Only the page's size is kept. A failure isn't counted as slow.
    """
    watch = Stopwatch()
    host = urlsplit(url).hostname or ""
    facts: dict[str, Any] = {}
    if resolvers is not None and not as_address(host):
        facts["name_s"] = _time_of_name(host, resolvers, deadline.within(PHASE_S))
    stream, reached = _connect(address, url, host, deadline)
    facts |= reached
    if stream is not None:
        request = Stopwatch()
        page = probe_http(
            address,
            url,
            observation_id=observation_id,
            user_agent=user_agent,
            deadline=deadline.within(PHASE_S + BODY_S),
            connection=Connection(stream, is_decided=lambda: _is_late(stream, request)),
        )
        facts |= _facts_of(page, request)
    return LoadTimeObservation(
        id=observation_id,
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        url=escape_hidden(url, _MAX_URL),
        host=host,
        port=port_of(url),
        repeats=repeats,
        **facts,
    )


def _time_of_name(host: str, resolvers: tuple[str, ...], deadline: Deadline) -> float:
    """Return the seconds of a lookup that no cache can answer; "doesn't exist" is an answer too."""
    watch = Stopwatch()
    name = f"{token_hex(6)}.{host}"
    with suppress(dns.exception.DNSException):
        ask_resolvers(name, "A", resolvers=resolvers, deadline=deadline)
    return watch.elapsed_s


def _connect(
    address: Address, url: str, host: str, deadline: Deadline
) -> tuple[Stream | None, dict[str, Any]]:
    """Connect, with TLS for https; no stream if that failed or took too long."""
    contact, stream = open_connection(address, port_of(url), host=host, deadline=deadline)
    facts: dict[str, Any] = {"connection_s": contact.duration_s}
    if stream is None:
        is_silent = contact.failure is Failure.TCP_SILENT
        end = {"unfinished": "connection"} if is_silent else {"failure": contact.failure}
        return None, facts | end
    if urlsplit(url).scheme == "https":
        watch = Stopwatch()
        end = _shake_hands(stream, host, deadline.within(PHASE_S))
        facts |= {"handshake_s": watch.elapsed_s} | end
        if end:
            stream.hang_up()
            return None, facts
    return stream, facts


def _shake_hands(stream: Stream, host: str, deadline: Deadline) -> dict[str, Any]:
    """Do a TLS handshake without verifying the certificate, which was judged before."""
    stream.deadline = deadline
    try:
        # An address is not permitted in SNI (RFC 6066, section 3).
        name = None if as_address(host) else host
        stream.start_tls(permissive_context(WEB_PROTOCOLS), name)
    except Silence:
        return {"unfinished": "handshake"}
    except BrokenError as error:
        return {"failure": error.failure}
    except ssl.SSLError:
        return {"failure": Failure.TLS_BROKEN}
    return {}


def _facts_of(page: HttpObservation, request: Stopwatch) -> dict[str, Any]:
    is_begun = page.first_byte_s is not None
    is_late = page.body_is_cut_by_time or page.failure in _NOT_WAITED_FOR
    return {
        "first_byte_s": page.first_byte_s if is_begun else request.elapsed_s,
        "body_s": page.body_s,
        "status": page.status,
        "body_size_bytes": page.body_size_bytes,
        "failure": None if is_late else page.failure,
        "unfinished": ("body" if is_begun else "first_byte") if is_late else None,
    }


def _is_late(stream: Stream, request: Stopwatch) -> bool:
    return not stream.received_bytes and request.elapsed_s > PHASE_S
