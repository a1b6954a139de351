"""What a name's HTTPS record changes for browsers, and the rule about one that doesn't fit."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import HttpsRecordObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.name import name_failure
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.ways import find_strict_parent

_HTTPS = 443


@concludes("dns.https_record_stale")
def https_record_is_stale(evidence: Evidence) -> Iterator[Finding]:
    """
    The record has a key (ECH) that the server doesn't know, nor can it prove the key's own name.

    RFC 9849, section 6.1.6: browsers then break the connection off. What asks without the record
    is served well.

    Or it leads elsewhere (RFC 9460, sections 2.4.2 and 7): to a name without an address, to a port
    or an address where the site isn't, while https works at the name's own addresses.
    """
    every = [o for o in evidence.observations if isinstance(o, HttpsRecordObservation)]
    for record in every:
        if record.ech_refused_at:
            yield make_finding(
                "dns.https_record_stale",
                evidence.target.host_display,
                ids([record]),
                ech_name=record.ech_name or "",
                addresses=", ".join(record.ech_refused_at),
            )
        else:
            yield from _leads_elsewhere(evidence, record)


def _leads_elsewhere(evidence: Evidence, record: HttpsRecordObservation) -> Iterator[Finding]:
    """Name where the record leads, if that is nowhere."""
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
    is_well = any(o.is_trusted and o.name_matches and o.port == _HTTPS for o in evidence.handshakes)
    if record.not_served_at and is_well:
        yield make_finding(
            "dns.https_record_stale",
            evidence.target.host_display,
            ids([record]),
            variant="port" if record.port else "hint",
            port=record.port or "",
            term=", ".join(record.not_served_at),
            addresses=", ".join(evidence.addresses[:4]),
        )


def why_https_alone(evidence: Evidence) -> dict[str, str]:
    """Why browsers would not use plain http here, in the words of a variant."""
    if evidence.https_only_ending:
        return {"variant": "https_only", "ending": evidence.https_only_ending}
    if evidence.https_records:
        return {"variant": "https_record"}
    parent = find_strict_parent(evidence.requests)
    return {"variant": "hsts", "parent": parent.host} if parent else {}
