"""The rule about an HTTPS record (RFC 9460) that browsers can't use."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import HttpsRecordObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.name import name_failure
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.ways import strict_transport_parent

_HTTPS = 443


@concludes("dns.https_record_stale")
def https_record_is_stale(evidence: Evidence) -> Iterator[Finding]:
    """
    The record has an ECH key that the server doesn't know, and no certificate for the key's name.

    RFC 9849, section 6.1.6: browsers then close the connection; clients that don't use the record
    are served.

    Or the record leads elsewhere (RFC 9460, sections 2.4.2 and 7): to a name without an address, or
    to a port or an address without the site, while https works at the name's own addresses.
    """
    records = [o for o in evidence.observations if isinstance(o, HttpsRecordObservation)]
    for record in records:
        if record.ech_refused_at:
            yield make_finding(
                "dns.https_record_stale",
                evidence.target.host_display,
                ids([record]),
                ech_name=record.ech_name or "",
                addresses=", ".join(record.ech_refused_at),
            )
        else:
            yield from _unusable_target(evidence, record)


def _unusable_target(evidence: Evidence, record: HttpsRecordObservation) -> Iterator[Finding]:
    """Yield a finding if the record leads to a name, port or address that doesn't work."""
    if record.other_name:
        lookups = evidence.lookups_of(record.other_name)
        if name_failure(lookups) is not None:
            yield make_finding(
                "dns.https_record_stale",
                evidence.target.host_display,
                ids([record, *lookups]),
                variant="name",
                term=record.other_name,
            )
        return
    https_works = any(
        o.is_trusted and o.name_matches and o.port == _HTTPS for o in evidence.handshakes
    )
    if record.not_served_at and https_works:
        yield make_finding(
            "dns.https_record_stale",
            evidence.target.host_display,
            ids([record]),
            variant="port" if record.port else "hint",
            port=record.port or "",
            term=", ".join(record.not_served_at),
            addresses=", ".join(evidence.addresses[:4]),
        )


def https_only_reason(evidence: Evidence) -> dict[str, str]:
    """Return parameters that tell why browsers use only https for this name; {} if they don't."""
    if evidence.https_only_ending:
        return {"variant": "https_only", "ending": evidence.https_only_ending}
    if evidence.https_records:
        return {"variant": "https_record"}
    parent = strict_transport_parent(evidence.requests)
    return {"variant": "hsts", "parent": parent.host} if parent else {}
