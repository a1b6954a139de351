"""The observations of a domain's mail, as queries for the rules about mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostics.failures import Failure
from diagnostics.observations import (
    MxObservation,
    PolicyObservation,
    TcpObservation,
    TlsObservation,
)
from diagnostics.options import MAIL_PORTS
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.mail.deliveries import delivery_at, delivery_code, is_unproven
from diagnostics.service_banners import banner_state
from diagnostics.targets import as_address, display_name

SMTP = "smtp"
CLIENT_SERVICES = ("submissions", "submission", "imaps", "imap", "pop3")
UNHEARD = {  # nothing came back: the server, a firewall on the way, or our own network
    *(Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE),
    *(Failure.TCP_PROHIBITED, Failure.TCP_TTL_EXCEEDED),
}
# Servers say in free text that our address is on a block list or has no name (PTR).
_ABOUT_US = re.compile(
    r"\b(black|block|deny|grey|gray) ?list|\blisted\b|blocked|\b(dns)?rbl\b|spamhaus|spamcop"
    r"|reputation|\byour (ip|address|host)|client host|\brdns\b|\bptr\b|reverse dns"
    r"|\btoo many\b.{0,30}\bfrom (your\b|this\b|the same\b|\[?[0-9a-f]{1,4}[.:])",
    re.IGNORECASE,
)


def exchange(evidence: Evidence) -> MxObservation | None:
    """Return the answer to "who takes the mail of this domain"."""
    return next(iter(evidence.all_of(MxObservation)), None)


def is_literal(host: str) -> bool:
    """Whether an address stands where a name must."""
    return as_address(host) is not None


def servers(evidence: Evidence) -> tuple[str, ...]:
    """
    Return the servers that a sender tries, in its order.

    Without an MX record, and for a bare address, that is the target itself (RFC 5321, section 5.1).
    """
    mx = exchange(evidence)
    if mx is None or mx.failure is not None:
        return (evidence.target.host,)
    return tuple(dict.fromkeys(exchanger.host for exchanger in mx.exchangers if exchanger.host))


def addresses_of(evidence: Evidence, host: str) -> set[str]:
    """Return what a server's name leads to, as far as it may be dialled."""
    if is_literal(host):
        return {host}
    return {record for lookup in evidence.lookups_of(host) for record in lookup.records}


def contacts(evidence: Evidence, service: str) -> tuple[TcpObservation, ...]:
    """Return every connection for one service."""
    return tuple(
        o
        for o in evidence.all_of(TcpObservation)
        if o.service == service and evidence.kind == "mail"
    )


def contacts_at(evidence: Evidence, host: str, service: str) -> tuple[TcpObservation, ...]:
    """Return the connections to one server; names that share an address share them."""
    addresses = addresses_of(evidence, host)
    return tuple(contact for contact in contacts(evidence, service) if contact.address in addresses)


def greets(contact: TcpObservation) -> bool:
    """Whether a server says that it is ready (RFC 5321, section 4.2)."""
    state = banner_state(contact.service or SMTP, contact.greeting or "")
    return contact.failure is None and state == "ready" and contact.greeting_ends is not False


def takes_mail(evidence: Evidence) -> bool:
    """Whether a server that senders try was heard to be ready, and refused no letter."""
    return any(takes_letters(evidence, contact) for contact in contacts(evidence, SMTP))


def takes_letters(evidence: Evidence, contact: TcpObservation) -> bool:
    """Whether a server greets, and nothing in its replies speaks against it."""
    if not greets(contact):
        return False
    delivery = delivery_at(evidence, contact)
    return delivery is None or not (is_unproven(delivery) or delivery_code(delivery))


def is_about_us(contact: TcpObservation) -> bool:
    """Whether a greeting turns us away for what our own address is known for."""
    greeting = contact.greeting or ""
    state = banner_state(contact.service or SMTP, greeting)
    return state in {"busy", "refused"} and bool(_ABOUT_US.search(greeting))


def is_port_25_ours_to_use(evidence: Evidence) -> bool:
    """
    Whether any server took our connection to port 25.

    Many networks let nothing out to that port; ours may be one of them.
    """
    return any(contact.failure is None for contact in contacts(evidence, SMTP))


def lives(evidence: Evidence, address: str) -> bool:
    """Whether a port of this address answered, taking or refusing."""
    return any(
        contact.address == address and contact.host_answered
        for service in (SMTP, *CLIENT_SERVICES)
        for contact in contacts(evidence, service)
    )


def client_hosts(evidence: Evidence) -> tuple[str, ...]:
    """Return the hosts that offer a port for mail programs: the first servers, and usual names."""
    if evidence.kind != "mail":
        return ()
    domain = evidence.target.host
    usual = [f"{name}.{domain}" for name in ("mail", "smtp", "imap")]
    return tuple(
        host
        for host in dict.fromkeys([*servers(evidence), *usual])
        if any(opens(evidence, host, service) for service in CLIENT_SERVICES)
    )


def opens(evidence: Evidence, host: str, service: str) -> bool:
    """Whether a host takes connections for a service."""
    return any(contact.failure is None for contact in contacts_at(evidence, host, service))


def handshakes(evidence: Evidence) -> tuple[TlsObservation, ...]:
    """Return the handshakes with hosts that offer the port at all."""
    offering = set(client_hosts(evidence))
    return tuple(
        o
        for o in evidence.all_of(TlsObservation)
        if o.host in offering
        # Between servers TLS is taken as it comes (RFC 7435): port 25 is judged apart.
        and o.port != MAIL_PORTS[SMTP]
        and o.failure not in {Failure.TCP_REFUSED, *UNHEARD}
    )


def policies(evidence: Evidence, policy: str) -> Iterator[PolicyObservation]:
    """Return the records of one policy, the domain's own first."""
    observations = [o for o in evidence.all_of(PolicyObservation) if o.policy == policy]
    yield from sorted(observations, key=lambda o: (o.depth, -len(o.name)))


def is_known(observation: PolicyObservation) -> bool:
    """Whether the answer can be relied on: a record, or certainly none."""
    return observation.failure in {None, Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA}


def display_host(host: str) -> str:
    """A host as people write it."""
    return host if is_literal(host) else display_name(host)
