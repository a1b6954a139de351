"""
The DNS client: one question to one server, three packets by UDP, then TCP; our resolvers in turn.

An answer is accepted by its sender (a connected socket), its id and its question. A server counts
as silent only after every attempt (RFC 1035, section 4.2.1: packets get lost).
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Literal

import dns._features
import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

# We never ask by HTTPS; if httpx2 is installed, dns.query would load it (0.1 s).
dns._features.force("doh", enabled=False)  # noqa: SLF001 - there is no public way

import dns.query  # noqa: E402 - see above
import dns.resolver  # noqa: E402 - see above

from diagnostics.net.deadline import Deadline  # noqa: E402 - see above
from diagnostics.texts import escape_hidden  # noqa: E402 - see above

DNS_PORT = 53
# IPv6 carries 1,280 bytes everywhere, 48 of them headers: no answer of this size is fragmented.
UDP_PAYLOAD = 1232  # DNS flag day 2020
# Packets get lost; dnspython's own resolver waits two seconds before it repeats one.
_SEND_TIMES_S = (0.0, 0.4, 0.8)
# By UDP, then `_TCP_TIMEOUT_S` by TCP: a server's silence is believed after 2.5 s.
_SERVER_TIMEOUT_S = 1.6
_RESOLVER_TIMEOUT_S = 3.0  # it may have to ask many servers itself
_TCP_TIMEOUT_S = 0.9
_WITHOUT_EDNS_TIMEOUT_S = (
    0.5  # for the answer to a question without EDNS, where none with it was answered
)
# "Port unreachable" is an answer and no lost packet, so the remaining attempts follow soon.
_RETRY_AFTER_REFUSAL_S = 0.05
_NO_EDNS = {dns.rcode.FORMERR, dns.rcode.NOTIMP}
_FINAL = {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}


@dataclass(frozen=True)
class DnsAnswer:
    """
    The answer of one server; `message` is None if it didn't answer.

    `tries` counts packets by UDP and connections by TCP. `is_ours`: our own side could not send at
    all. `drops_edns`: only a question without EDNS was answered. `drops_udp`: every packet was lost
    and a connection was answered.
    """

    message: dns.message.Message | None
    tries: int
    transport: Literal["udp", "tcp"] | None = None
    detail: str = ""
    is_ours: bool = False
    drops_edns: bool = False
    drops_udp: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether the answer was truncated."""
        return self.message is not None and bool(self.message.flags & dns.flags.TC)


def ask_server(  # noqa: PLR0913 - a question's own parts
    address: str,
    name: str,
    record_type: str,
    *,
    deadline: Deadline,
    port: int = DNS_PORT,
    recursive: bool = False,
    checking_disabled: bool = False,
    wants_dnssec: bool = False,
    options: tuple[dns.edns.Option, ...] = (),
) -> DnsAnswer:
    """
    Ask one server one question, with repeats.

    `checking_disabled` asks a resolver for answers that it considers forged (RFC 4035, section
    3.2.2). A server without EDNS is asked again without it (RFC 6891, section 6.2.2), unless
    `options` need it.
    """
    query = dns.message.make_query(
        f"{name.rstrip('.')}.",
        record_type,
        # dnspython sends no EDNS by default; without it a resolver can't tell reasons (RFC 8914).
        use_edns=0,
        payload=UDP_PAYLOAD,
        want_dnssec=wants_dnssec,
        options=list(options),
    )
    # dnspython sets RD by default; a server that is judged must answer from its own zones.
    query.flags &= ~dns.flags.RD
    if recursive:
        # A resolver that validates then says whether it has proved the answer (RFC 6840, 5.7).
        query.flags |= dns.flags.RD | dns.flags.AD
    if checking_disabled:
        query.flags |= dns.flags.CD
    answer = _ask(address, port, query, deadline)
    if answer.message is not None and answer.message.rcode() in _NO_EDNS and not options:
        query.use_edns(False)
        without_edns = _ask(address, port, query, deadline)
        if without_edns.message is not None:
            return without_edns
    return answer


def ask_resolvers(  # noqa: PLR0913 - a question's own parts
    name: str,
    record_type: str,
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
    checking_disabled: bool = False,
    wants_dnssec: bool = False,
) -> list[tuple[str, DnsAnswer]]:
    """
    Ask our resolvers in turn until one answers that the record exists or doesn't.

    Returns every attempt with the resolver's address and port; the last one counts. Silent
    resolvers share the time.

    Raises:
        dns.resolver.NoResolverConfiguration: none is named and the system has none.
    """
    tries: list[tuple[str, DnsAnswer]] = []
    endpoints = resolver_endpoints(resolvers)
    for number, (address, port) in enumerate(endpoints):
        answer = ask_server(
            address,
            name,
            record_type,
            deadline=deadline.within(deadline.left_s / (len(endpoints) - number)),
            port=port,
            recursive=True,
            checking_disabled=checking_disabled,
            wants_dnssec=wants_dnssec,
        )
        tries.append((f"{address}:{port}", answer))
        if answer.message is not None and answer.message.rcode() in _FINAL:
            break
    return tries


def ask_resolver(  # noqa: PLR0913 - a question's own parts
    name: str,
    record_type: str,
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
    checking_disabled: bool = False,
    wants_dnssec: bool = False,
) -> dns.message.Message | None:
    """Ask our resolvers in turn; None if none answers."""
    try:
        tries = ask_resolvers(
            name,
            record_type,
            resolvers=resolvers,
            deadline=deadline.within(_RESOLVER_TIMEOUT_S),
            checking_disabled=checking_disabled,
            wants_dnssec=wants_dnssec,
        )
    except dns.resolver.NoResolverConfiguration:
        return None
    messages = [answer.message for _, answer in tries if answer.message is not None]
    return messages[-1] if messages else None


def resolver_endpoints(resolvers: tuple[str, ...]) -> list[tuple[str, int]]:
    """
    Return the address and port of each of our resolvers: the named ones, or the system's.

    Raises:
        dns.resolver.NoResolverConfiguration: none is named and the system has none.
    """
    if resolvers:
        return [_endpoint(text) for text in resolvers]
    system = dns.resolver.Resolver()
    return [
        (str(getattr(server, "address", server)), int(getattr(server, "port", DNS_PORT)))
        for server in system.nameservers
    ]


def _endpoint(text: str) -> tuple[str, int]:
    """Read "IP", "IP:port", "[v6]" or "[v6]:port"."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    return str(ip_address(host)), int(port or DNS_PORT)


def _ask(address: str, port: int, query: dns.message.Message, deadline: Deadline) -> DnsAnswer:
    """Ask by UDP; by TCP if the answer was truncated, or if a server that we judge is silent."""
    answer = _ask_by_udp(address, port, query, deadline)
    is_judged = not query.flags & dns.flags.RD
    needs_tcp = answer.is_cut or (answer.message is None and is_judged and not answer.is_ours)
    if is_judged and answer.message is None and not answer.is_ours:
        without_edns = _ask_without_edns(address, port, query, deadline)
        if without_edns is not None:
            return DnsAnswer(without_edns, answer.tries + 1, "udp", answer.detail, drops_edns=True)
        answer = replace(answer, tries=answer.tries + 1)
    left_s = deadline.within(_TCP_TIMEOUT_S).left_s
    if not needs_tcp or left_s <= 0:
        return answer
    try:
        message = dns.query.tcp(query, address, timeout=left_s, port=port)
    except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
        detail = escape_hidden(f"{answer.detail}; tcp: {error!r}")
        return DnsAnswer(answer.message, answer.tries + 1, answer.transport, detail)
    return DnsAnswer(message, answer.tries + 1, "tcp", drops_udp=answer.message is None)


def _ask_without_edns(
    address: str, port: int, query: dns.message.Message, deadline: Deadline
) -> dns.message.Message | None:
    """Ask once without EDNS (RFC 6891) after three losses with it: a firewall may drop EDNS."""
    question = dns.message.from_wire(query.to_wire())
    question.use_edns(False)
    return _ask_by_udp(
        address, port, question, deadline.within(_WITHOUT_EDNS_TIMEOUT_S), (0.0,)
    ).message


def _ask_by_udp(
    address: str,
    port: int,
    query: dns.message.Message,
    deadline: Deadline,
    send_at_s: tuple[float, ...] = _SEND_TIMES_S,
) -> DnsAnswer:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    wire, tries, detail = query.to_wire(), 0, ""
    is_judged = not query.flags & dns.flags.RD
    # A resolver may have to ask many servers itself, so it gets all of the time.
    ends_at = deadline.within(_SERVER_TIMEOUT_S).at if is_judged else deadline.at
    started = time.monotonic()
    send_at = [started + after for after in send_at_s]
    with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sock:
        try:
            # An unconnected socket would receive anybody's packets, and no "port unreachable"
            # (udp(7)).
            sock.connect((address, port))
        except OSError as error:
            return DnsAnswer(None, 0, None, escape_hidden(repr(error)), is_ours=True)
        while (now := time.monotonic()) < ends_at:
            try:
                if send_at and now >= send_at[0]:
                    del send_at[0]
                    tries += 1
                    sock.send(wire)
                message = _receive(sock, query, min([ends_at, *send_at[:1]]) - now)
            except dns.exception.Timeout:
                continue
            except OSError as error:  # "port unreachable" came back: nobody listens there
                detail = repr(error)
                if not send_at:
                    break
                send_at = [now + _RETRY_AFTER_REFUSAL_S * at for at, _ in enumerate(send_at, 1)]
                continue
            return DnsAnswer(message, tries, "udp")
    return DnsAnswer(None, tries, None, escape_hidden(detail or "no answer"))


def _receive(sock: socket.socket, query: dns.message.Message, wait_s: float) -> dns.message.Message:
    """
    Receive the answer to our question; other packets are ignored.

    Raises:
        dns.exception.Timeout: none came in time.
        OSError: the server's system, or a router, reports that nobody listens.
    """
    message: dns.message.Message
    message, _, _ = dns.query.receive_udp(
        sock,
        # dnspython counts in wall-clock time here.
        expiration=time.time() + max(0.001, wait_s),
        ignore_trailing=True,
        ignore_errors=True,
        query=query,
    )
    return message
