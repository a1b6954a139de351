"""The values of facts about a domain's mail, for the conditions of checklists; None is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from diagnostics.failures import Failure
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.mail.mail_evidence import handshakes, mx_observation, service_contacts
from diagnostics.rules.mail.senders import (
    dmarc_is_broken,
    own_dmarc,
    own_spf,
    spf_is_broken,
    spf_is_published_twice,
)
from diagnostics.spf_dmarc import read_dmarc

_PORT_STATES: tuple[tuple[str, frozenset[Failure | None]], ...] = (  # best state first
    ("open", frozenset({None})),
    ("refused", frozenset({Failure.TCP_REFUSED, Failure.TCP_RESET})),
    (
        "prohibited",
        frozenset({Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE, Failure.TCP_PROHIBITED}),
    ),
    ("silent", frozenset({Failure.TCP_SILENT, Failure.TCP_TTL_EXCEEDED})),
)


def count_servers(evidence: Evidence) -> int | None:
    """Return the number of MX records that name a server."""
    mx = mx_observation(evidence)
    if mx is None or mx.failure not in {None, Failure.DNS_NO_DATA, Failure.DNS_NXDOMAIN}:
        return None
    return sum(bool(exchanger.host) for exchanger in mx.exchangers)


def has_mx(evidence: Evidence) -> str | None:
    """Return "yes" if any MX record names a server, else "no"."""
    count = count_servers(evidence)
    return None if count is None else "yes" if count else "no"


def port_state(evidence: Evidence, service: str) -> str | None:
    """Return the state of a service's port; of several hosts the best state."""
    failures = {contact.failure for contact in service_contacts(evidence, service)}
    return next((state for state, matching in _PORT_STATES if failures & matching), None)


def spf_state(evidence: Evidence) -> str | None:
    """Return the state of the SPF record: "none", "one", "several" or "broken"."""
    own = own_spf(evidence)
    if own is None:
        return None
    if any(spf_is_published_twice(evidence)):
        return "several"
    if any(finding.severity == "critical" for finding in spf_is_broken(evidence)):
        return "broken"
    return "one" if own.records else "none"


def dmarc_state(evidence: Evidence) -> str | None:
    """Return the DMARC policy; "none" without a record, "none-policy" if the policy is "none"."""
    own = own_dmarc(evidence)
    if own is None:
        return None
    if not own.records:
        return "none"
    if any(dmarc_is_broken(evidence)):
        return "broken"
    policy = read_dmarc(own.records[0]).policy
    # "none" already means that there is no record.
    return "none-policy" if policy == "none" else policy


def certificate_ends(evidence: Evidence) -> Iterator[datetime]:
    """Yield the times at which the certificates that mail programs see expire."""
    return (handshake.chain[0].not_after for handshake in handshakes(evidence) if handshake.chain)
