"""Measure one port of a mail server: greeting, TLS, and whether it would accept a letter."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.line_reader import LineReader
from diagnostics.net.smtp_client import finish_greeting, has_more_lines
from diagnostics.net.tcp_connect import CONNECT_TIMEOUT_S, tcp_connect
from diagnostics.net.tls_stream import NEW, Connection, Stream
from diagnostics.observations import DeliveryObservation, TcpObservation
from diagnostics.options import MAIL_PORTS, Address
from diagnostics.plan.connect import shake_hands
from diagnostics.plan.follow_up import find_issuer
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.probes.delivery import probe_delivery
from diagnostics.probes.greeting import read_greeting
from diagnostics.probes.starttls import reach_tls, request_tls
from diagnostics.probes.submission import ask_submission, offers_login
from diagnostics.probes.tcp import open_connection
from diagnostics.probes.written_hello import answers_tls
from diagnostics.service_banners import announced_name, banner_state
from diagnostics.spf_dmarc import is_own_host
from diagnostics.targets import as_address

OPEN_SERVICES = ("submission", "imap", "pop3")  # they greet without TLS, and offer STARTTLS
_MAX_DIALOGUES = 3
# Postfix's postscreen sends its first line at once and the last after six seconds.
_GREETING_END_S = 9.0


@dataclass(frozen=True)
class _Endpoint:
    """One port of a mail server, and the name by which it was found."""

    address: Address
    server: str
    service: str

    @property
    def port(self) -> int:
        return MAIL_PORTS[self.service]


@dataclass(frozen=True)
class _Greeted:
    """A connection to a server whose greeting says that it is ready."""

    contact: TcpObservation
    stream: Stream
    lines: LineReader


def try_incoming(run: Run, address: Address, server: str, *, may_speak: bool) -> None:
    """Wait for a greeting on port 25, and ask the server whether it would accept a letter."""
    endpoint = _Endpoint(address, server, "smtp")
    greeted = _hear_greeting(run, endpoint)
    if greeted is None:
        return
    # For an address no domain is known, so there is no postmaster to ask for.
    may_speak = may_speak and run.target.address is None
    if not may_speak or not any(run.once(f"delivery-{n}") for n in range(_MAX_DIALOGUES)):
        greeted.stream.hang_up()
        return
    delivery = run.emit(
        probe_delivery(
            greeted.contact,
            greeted.stream,
            greeted.lines,
            domain=run.target.host,
            client_name=run.options.mail_name,
            start_tls=lambda connection: _encrypt(run, endpoint, connection),
            deadline=run.deadline,
        )
    )
    if is_own_host(server, run.target.host):
        _find_announced_name(run, greeted.contact, delivery)


def _find_announced_name(run: Run, contact: TcpObservation, delivery: DeliveryObservation) -> None:
    """Look up the server's own name, as receivers do with a sending server's."""
    name = announced_name(contact.greeting or "", delivery.ehlo_text)
    if "." in name and as_address(name) is None:
        find_addresses(run, name)


def try_open_port(run: Run, address: Address, server: str, service: str) -> None:
    """Wait for a greeting, and start TLS if the server offers it."""
    endpoint = _Endpoint(address, server, service)
    greeted = _hear_greeting(run, endpoint)
    if greeted is None:
        return
    if service == "submission":
        _try_submission(run, endpoint, greeted)
        return
    stream, name = greeted.stream, run.options.mail_name
    if request_tls(stream, greeted.lines, run.deadline, service=service, client_name=name):
        _encrypt(run, endpoint, Connection(stream)).close()
    else:
        stream.hang_up()


def _try_submission(run: Run, endpoint: _Endpoint, greeted: _Greeted) -> None:
    """Ask what the port for sending offers, again within TLS, and emit its connection."""
    stream, name = greeted.stream, run.options.mail_name
    offer = ask_submission(stream, greeted.lines, run.deadline, client_name=name)
    has_login = offer.has_login
    if offer.begins_tls:
        connection = _encrypt(run, endpoint, Connection(stream))
        secure = connection.stream
        has_login = offers_login(secure, run.deadline, client_name=name) if secure else None
        connection.close()
    else:
        stream.hang_up()
    facts = {"offers_login": has_login, "tls_refusal": offer.tls_refusal}
    run.emit(greeted.contact.model_copy(update=facts))


def try_secure_port(run: Run, address: Address, server: str, service: str) -> None:
    """Connect, do a TLS handshake for this name, and read the greeting at the first connection."""
    port, connection, contact = MAIL_PORTS[service], NEW, None
    if not run.is_over and run.once(f"tcp-{port}@{address}"):
        contact, stream = open_connection(
            address, port, host=server, deadline=run.deadline, service=service
        )
        connection = Connection(stream)
        if contact.failure is not None:
            run.emit(contact)
            return
    tls, connection = shake_hands(run, address, port, server, connection)
    if contact is not None:
        run.emit(_with_greeting(run, contact, connection.stream))
    connection.close()
    if tls is not None:
        find_issuer(run, tls, address)


def _with_greeting(run: Run, contact: TcpObservation, stream: Stream | None) -> TcpObservation:
    """Return the observation with the greeting read inside TLS; unchanged if reading fails."""
    if stream is None or run.is_over:
        return contact
    facts = read_greeting(
        stream,
        LineReader(stream),
        run.deadline,
        service=contact.service or "",
        watch=Stopwatch(),
    )
    return contact if "failure" in facts else contact.model_copy(update=facts)


def _hear_greeting(run: Run, endpoint: _Endpoint) -> _Greeted | None:
    """Connect and read the greeting; keep the connection of a ready server, else return None."""
    address, port = endpoint.address, endpoint.port
    if run.is_over or not run.once(f"tcp-{port}@{address}"):
        return None
    watch = Stopwatch()
    contact, stream = open_connection(
        address, port, host=endpoint.server, deadline=run.deadline, service=endpoint.service
    )
    if stream is None:
        run.emit(contact)
        return None
    lines = LineReader(stream)
    facts = read_greeting(stream, lines, run.deadline, service=endpoint.service, watch=watch)
    if facts.get("greeting") == "" and endpoint.service in OPEN_SERVICES and not run.is_over:
        facts["begins_with_tls"] = answers_tls(stream, endpoint.server, run.deadline)
    facts |= _finish_greeting(run, stream, lines, str(facts.get("greeting", "")))
    contact = contact.model_copy(update=facts | {"duration_s": watch.elapsed_s})
    is_ready = banner_state(endpoint.service, contact.greeting or "") == "ready"
    is_whole = contact.greeting_ends is not False
    if not is_ready or not is_whole or not run.options.mail_dialogue or run.is_over:
        run.emit(contact)
        stream.hang_up()
        return None
    # At the port for sending, what the server offers belongs to the same observation.
    if endpoint.service != "submission":
        run.emit(contact)
    return _Greeted(contact, stream, lines)


def _finish_greeting(run: Run, stream: Stream, lines: LineReader, first: str) -> dict[str, bool]:
    """Read a multi-line greeting to its end; {} if the diagnosis's time was over first."""
    if not has_more_lines(first):
        return {}
    until = run.deadline.within(_GREETING_END_S)
    stream.deadline = until
    try:
        finish_greeting(lines, first)
    except Silence:
        return {} if until.at == run.deadline.at else {"greeting_ends": False}
    except BrokenError:
        return {"greeting_ends": False}
    finally:
        stream.deadline = run.deadline
    return {"greeting_ends": True}


def _encrypt(run: Run, endpoint: _Endpoint, connection: Connection) -> Connection:
    """Do a TLS handshake after the server has agreed to start TLS."""

    def again(deadline: Deadline) -> Stream:
        stream = tcp_connect(endpoint.address, endpoint.port, deadline.within(CONNECT_TIMEOUT_S))
        return reach_tls(
            stream, deadline, service=endpoint.service, client_name=run.options.mail_name
        )

    begun = Connection(connection.stream, reconnect=again)
    tls, secured = shake_hands(run, endpoint.address, endpoint.port, endpoint.server, begun)
    if tls is not None:
        find_issuer(run, tls, endpoint.address)
    return secured
