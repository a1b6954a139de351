"""The rule about DANE: certificates of mail servers that TLSA records announce by DNSSEC."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import (
    Certificate,
    DeliveryObservation,
    Observation,
    TlsaObservation,
    TlsaRecord,
    TlsObservation,
)
from diagnostics.options import MAIL_PORTS
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.mail.mail_evidence import SMTP, display_host, mx_observation, servers

_PORT = MAIL_PORTS[SMTP]
# RFC 6698, section 2.1. Senders of mail use only these two usages (RFC 7672, section 3.1).
_AUTHORITY, _OWN = 2, 3
_WHOLE, _KEY = 0, 1
_EXACT, _SHA_256 = 0, 1


@concludes("mail.dane_broken")
def certificate_is_not_the_announced(evidence: Evidence) -> Iterator[Finding]:
    """
    A server's TLSA records don't match its certificate, or it offers no TLS at all.

    Senders that use DANE don't deliver such letters (RFC 7672, sections 2.2 and 3.1; RFC 6698,
    section 2.1). It counts only if our resolver has validated both the MX and the TLSA record by
    DNSSEC (RFC 4035, section 3.2.3). Nothing is concluded from records that senders don't use or
    that we can't compare.
    """
    mx = mx_observation(evidence)
    if mx is None or not mx.is_authenticated:
        return
    hosts = servers(evidence)
    broken = {host: fault for host in hosts if (fault := _dane_fault(evidence, host))}
    for host, (variant, observations) in broken.items():
        yield make_finding(
            "mail.dane_broken",
            display_host(host),
            ids(observations),
            severity="critical" if len(broken) == len(hosts) else "warning",
            variant=variant,
            domain=evidence.target.host_display,
            name=f"_25._tcp.{display_host(host)}",
        )


def _dane_fault(evidence: Evidence, host: str) -> tuple[str, list[Observation]] | None:
    """Return the finding's variant and its evidence; None if no fault is known."""
    tlsa = next(
        (o for o in evidence.all_of(TlsaObservation) if o.host == host),
        None,
    )
    if tlsa is None or not tlsa.is_authenticated:
        return None
    usable = [record for record in tlsa.records if record.usage in {_AUTHORITY, _OWN}]
    if not usable or any(record.matching not in {_EXACT, _SHA_256} for record in usable):
        return None
    handshakes = [
        o for o in evidence.all_of(TlsObservation) if (o.host, o.port) == (host, _PORT) and o.chain
    ]
    for handshake in handshakes:
        if not any(_matches(record, handshake.chain) for record in usable):
            return "", [tlsa, handshake]
    if not handshakes and (delivery := _delivery_without_tls(evidence, host)):
        return "no_tls", [tlsa, delivery]
    return None


def _delivery_without_tls(evidence: Evidence, host: str) -> DeliveryObservation | None:
    return next(
        (
            o
            for o in evidence.all_of(DeliveryObservation)
            if o.host == host
            and o.is_taken
            and "STARTTLS" not in o.extensions
            and not o.is_encrypted
        ),
        None,
    )


def _matches(record: TlsaRecord, chain: tuple[Certificate, ...]) -> bool:
    """Check whether a record matches the server's own certificate, or any that it sends."""
    candidates = chain[:1] if record.usage == _OWN else chain
    hashes = {c.key_sha256 if record.selector == _KEY else c.sha256 for c in candidates}
    if record.matching == _SHA_256:
        return record.data.lower() in hashes
    try:
        return sha256(bytes.fromhex(record.data)).hexdigest() in hashes
    except ValueError:
        return True  # the data was cut, so it can't be compared
