"""Connections and TLS handshakes, at most once per endpoint."""

from __future__ import annotations

from diagnostics.net.deadline import Deadline
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import TcpObservation, TlsObservation
from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.tcp import open_connection, probe_tcp
from diagnostics.probes.tls import probe_tls
from diagnostics.service_banners import DATABASES
from diagnostics.targets import as_address

_GREETING_SERVICES = {"ssh", "ftp", *DATABASES}


def try_port(
    run: Run,
    address: Address,
    port: int,
    *,
    service: str | None = None,
    wants_greeting: bool = True,
) -> TcpObservation | None:
    """Connect, wait for a greeting if the service has one, and close. None if already tried."""
    if not _may_connect(run, address, port):
        return None
    return run.emit(
        probe_tcp(
            address,
            port,
            host=run.target.host,
            deadline=run.deadline,
            service=service,
            wants_greeting=wants_greeting and service in _GREETING_SERVICES,
            is_silent=lambda: run.known.is_silent(address),
        )
    )


def connect(
    run: Run, address: Address, port: int, host: str, *, service: str | None = None
) -> tuple[TcpObservation | None, Connection]:
    """Connect and keep the connection for TLS or a request; None if it was already tried."""
    if not _may_connect(run, address, port):
        return None, NEW
    observation, stream = open_connection(
        address,
        port,
        host=host,
        deadline=run.deadline,
        service=service,
        is_silent=lambda: run.known.is_silent(address),
    )
    return run.emit(observation), Connection(stream)


def _may_connect(run: Run, address: Address, port: int) -> bool:
    if run.is_over or not run.policy.may_connect(port):
        return False
    return run.once(f"tcp-{port}@{address}")


def shake_hands(  # noqa: PLR0913 - what a handshake needs
    run: Run,
    address: Address,
    port: int,
    host: str,
    connection: Connection = NEW,
    *,
    until: Deadline | None = None,
    is_short: bool = False,
) -> tuple[TlsObservation | None, Connection]:
    """
    Do a TLS handshake and keep the connection if it succeeds; None if it was already tried.

    Handshakes for a host other than the target, with small segments, or with a short ClientHello
    have observations of their own.
    """
    # The key is the observation's id as well: one handshake, one observation.
    key = f"tls-{port}@{address}" + ("" if host == run.target.host else f"#{host}")
    key += "/small" if connection.segment_bytes else ""
    key += "/short" if is_short else ""
    if run.is_over or not run.once(key):
        connection.close()
        return None, NEW
    observation, stream = probe_tls(
        address,
        port,
        host=host,
        # An address is not permitted in SNI (RFC 6066, section 3).
        server_name=None if as_address(host) else host,
        ca_file=run.options.ca_file,
        deadline=until or run.deadline,
        connection=connection,
        is_web=run.kind != "mail",
        is_short=is_short,
    )
    return run.emit(observation.model_copy(update={"id": key})), Connection(stream)
