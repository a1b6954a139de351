"""What this machine itself can do: whether our resolvers answer, and whether we may ping."""

from __future__ import annotations

from ipaddress import ip_address

import dns.rcode
import dns.resolver

from diagnostics.net.connection_errors import BrokenError
from diagnostics.net.deadline import Deadline
from diagnostics.net.dns_client import ask_resolvers
from diagnostics.net.icmp_socket import EchoSocket

_ALIVE = frozenset({dns.rcode.NOERROR, dns.rcode.NXDOMAIN})


def resolver_answers(resolvers: tuple[str, ...] = (), *, within_s: float = 2.0) -> bool:
    """
    Whether one of our resolvers answers for the root zone; the system's where none is named.

    SERVFAIL and REFUSED are no answers: such a resolver answers customers' names alike.
    """
    try:
        tries = ask_resolvers(".", "NS", resolvers=resolvers, deadline=Deadline.after(within_s))
    except dns.resolver.NoResolverConfiguration:
        return False
    return any(
        answer.message is not None and answer.message.rcode() in _ALIVE for _, answer in tries
    )


def may_ping() -> bool:
    """Whether the system lets us send echo requests; nothing is sent."""
    try:
        with EchoSocket(ip_address("127.0.0.1")):
            return True
    except (BrokenError, OSError):
        return False
