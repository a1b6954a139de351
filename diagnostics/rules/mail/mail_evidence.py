"""Queries over the observations of a domain's mail, for the rules about mail."""

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
UNHEARD = {  # the reason may be the server, a firewall on the path, or our own network
    *(Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE),
    *(Failure.TCP_PROHIBITED, Failure.TCP_TTL_EXCEEDED),
}
# Servers tell only in free text that our address is on a block list or has no name (PTR).
_ABOUT_US = re.compile(
    r"\b(black|block|deny|grey|gray) ?list|\blisted\b|blocked|\b(dns)?rbl\b|spamhaus|spamcop"
    r"|reputation|\byour (ip|address|host)|client host|\brdns\b|\bptr\b|reverse dns"
    r"|\btoo many\b.{0,30}\bfrom (your\b|this\b|the same\b|\[?[0-9a-f]{1,4}[.:])",
    re.IGNORECASE,
)


def mx_observation(evidence: Evidence) -> MxObservation | None:
    """Return the observation of the domain's MX records; None if they weren't looked up."""
    return next(iter(evidence.all_of(MxObservation)), None)


def is_literal(host: str) -> bool:
    """Check whether a host is an address, where only a name is allowed."""
    return as_address(host) is not None


def servers(evidence: Evidence) -> tuple[str, ...]:
    """
    Return the servers that a sender tries, in order.

    Without an MX record, and for an address, that is the target itself (RFC 5321, section 5.1).
    """
    mx = mx_observation(evidence)
    if mx is None or mx.failure is not None:
        return (evidence.target.host,)
    return tuple(dict.fromkeys(exchanger.host for exchanger in mx.exchangers if exchanger.host))


def addresses_of(evidence: Evidence, host: str) -> set[str]:
    """Return the addresses of a server that we may connect to."""
    if is_literal(host):
        return {host}
    return {record for lookup in evidence.lookups_of(host) for record in lookup.records}


def service_contacts(evidence: Evidence, service: str) -> tuple[TcpObservation, ...]:
    """Return every connection to the port of one mail service."""
    return tuple(
        o
        for o in evidence.all_of(TcpObservation)
        if o.service == service and evidence.kind == "mail"
    )


def contacts_at(evidence: Evidence, host: str, service: str) -> tuple[TcpObservation, ...]:
    """Return the connections to one server; names that share an address share them."""
    addresses = addresses_of(evidence, host)
    return tuple(
        contact for contact in service_contacts(evidence, service) if contact.address in addresses
    )


def greets(contact: TcpObservation) -> bool:
    """Check whether a server's greeting says that it is ready (RFC 5321, section 4.2)."""
    state = banner_state(contact.service or SMTP, contact.greeting or "")
    return contact.failure is None and state == "ready" and contact.greeting_ends is not False


def takes_mail(evidence: Evidence) -> bool:
    """Check whether any server greets as ready and doesn't refuse letters."""
    return any(takes_letters(evidence, contact) for contact in service_contacts(evidence, SMTP))


def takes_letters(evidence: Evidence, contact: TcpObservation) -> bool:
    """Check whether a server greets as ready, and none of its replies is a refusal."""
    if not greets(contact):
        return False
    delivery = delivery_at(evidence, contact)
    return delivery is None or not (is_unproven(delivery) or delivery_code(delivery))


def is_about_us(contact: TcpObservation) -> bool:
    """Check whether a greeting refuses us because of our own address."""
    greeting = contact.greeting or ""
    state = banner_state(contact.service or SMTP, greeting)
    return state in {"busy", "refused"} and bool(_ABOUT_US.search(greeting))


def can_use_port_25(evidence: Evidence) -> bool:
    """
    Check whether any server accepted our connection to port 25.

    Many networks block outgoing connections to that port, and ours may be one of them.
    """
    return any(contact.failure is None for contact in service_contacts(evidence, SMTP))


def has_answering_port(evidence: Evidence, address: str) -> bool:
    """Check whether any port of an address accepted or refused a connection."""
    return any(
        contact.address == address and contact.host_answered
        for service in (SMTP, *CLIENT_SERVICES)
        for contact in service_contacts(evidence, service)
    )


def client_hosts(evidence: Evidence) -> tuple[str, ...]:
    """Return the mail servers, and hosts with usual names, that have a port for mail programs."""
    if evidence.kind != "mail":
        return ()
    domain = evidence.target.host
    usual = [f"{name}.{domain}" for name in ("mail", "smtp", "imap")]
    return tuple(
        host
        for host in dict.fromkeys([*servers(evidence), *usual])
        if any(accepts_connections(evidence, host, service) for service in CLIENT_SERVICES)
    )


def accepts_connections(evidence: Evidence, host: str, service: str) -> bool:
    """Check whether a host accepts connections for a service."""
    return any(contact.failure is None for contact in contacts_at(evidence, host, service))


def handshakes(evidence: Evidence) -> tuple[TlsObservation, ...]:
    """Return the TLS handshakes with hosts for mail programs, at ports other than 25."""
    offering = set(client_hosts(evidence))
    return tuple(
        o
        for o in evidence.all_of(TlsObservation)
        if o.host in offering
        # Servers accept any certificate of each other (RFC 7435), so port 25 has its own rules.
        and o.port != MAIL_PORTS[SMTP]
        and o.failure not in {Failure.TCP_REFUSED, *UNHEARD}
    )


def policies(evidence: Evidence, policy: str) -> Iterator[PolicyObservation]:
    """Yield the observations of one policy ("spf" or "dmarc"), the domain's own first."""
    observations = [o for o in evidence.all_of(PolicyObservation) if o.policy == policy]
    yield from sorted(observations, key=lambda o: (o.depth, -len(o.name)))


def is_known(observation: PolicyObservation) -> bool:
    """Check whether an answer is certain: a record, or proof that there is none."""
    return observation.failure in {None, Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA}


def display_host(host: str) -> str:
    """Return a host with an international name decoded; an address as it is."""
    return host if is_literal(host) else display_name(host)
