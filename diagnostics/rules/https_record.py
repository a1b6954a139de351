"""What a name's HTTPS record changes for browsers, and the rule about one that doesn't fit."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids


@concludes("dns.https_record_stale")
def https_record_is_stale(evidence: Evidence) -> Iterator[Finding]:
    """
    The record has a key (ECH) that the server doesn't know, nor can it prove the key's own name.

    RFC 9849, section 6.1.6: browsers then break the connection off. What asks without the record
    is served well.
    """
    for record in evidence.https_records:
        if record.ech_refused_at:
            yield make_finding(
                "dns.https_record_stale",
                evidence.target.host_display,
                ids([record]),
                ech_name=record.ech_name or "",
                addresses=", ".join(record.ech_refused_at),
            )


def why_https_alone(evidence: Evidence) -> dict[str, str]:
    """Why browsers would not use plain http here, in the words of a variant."""
    if evidence.https_only_ending:
        return {"variant": "https_only", "ending": evidence.https_only_ending}
    return {"variant": "https_record"} if evidence.https_records else {}
