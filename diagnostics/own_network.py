"""Tests of this machine itself: do our resolvers answer, and may we ping."""

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
    Check whether one of our resolvers answers for the root zone; without any, the system's.

    SERVFAIL and REFUSED don't count: such a resolver can't resolve customers' names either.
    """
    try:
        tries = ask_resolvers(".", "NS", resolvers=resolvers, deadline=Deadline.after(within_s))
    except dns.resolver.NoResolverConfiguration:
        return False
    return any(
        answer.message is not None and answer.message.rcode() in _ALIVE for _, answer in tries
    )


def may_ping() -> bool:
    """Check whether the system permits us to send echo requests. Sends none."""
    try:
        with EchoSocket(ip_address("127.0.0.1")):
            return True
    except (BrokenError, OSError):
        return False
