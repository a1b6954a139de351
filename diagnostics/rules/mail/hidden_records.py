"""Rules about a mail domain's records that are hidden by a CNAME, or name a missing server."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import ServiceRecordObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.final_dot import name_without_zone, with_final_dot
from diagnostics.rules.dns.name import name_failure
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.mail.mail_evidence import display_host, mx_observation
from diagnostics.rules.mail.senders import own_spf
from diagnostics.rules.mail.servers import mx_is_missing


@concludes("dns.cname_hides_mail", asks=(mx_is_missing,))
def cname_hides_mail(evidence: Evidence) -> Iterator[Finding]:
    """
    The domain itself is a CNAME, so its MX and TXT records are hidden.

    A name with a CNAME may have no other records (RFC 1034, section 3.6.2; RFC 2181, section 10.1):
    queries for the domain's mail servers are answered with those of the alias. If the alias has
    some, they are used, and this isn't reported.
    """
    mx = mx_observation(evidence)
    if mx is None or not mx.aliases or mx.failure is not Failure.DNS_NO_DATA:
        return
    spf = own_spf(evidence)
    is_spf_hidden = spf is not None and bool(spf.aliases) and not spf.records
    for missing in mx_is_missing(evidence):
        yield make_finding(
            "dns.cname_hides_mail",
            evidence.target.host_display,
            (*missing.evidence, *(ids([spf]) if spf and is_spf_hidden else ())),
            severity=missing.severity,
            alias=display_host(mx.aliases[0]),
            hidden="MX, SPF (TXT)" if is_spf_hidden else "MX",
        )


@concludes("mail.srv_missing")
def service_record_leads_nowhere(evidence: Evidence) -> Iterator[Finding]:
    """An SRV record (RFC 2782; RFC 6186 for mail programs) names a server without an address."""
    for record in evidence.observations:
        if not isinstance(record, ServiceRecordObservation):
            continue
        for target in record.targets:
            lookups = evidence.lookups_of(target)
            failed = name_failure(lookups)
            if failed is None or failed[0] == "dns.servfail":
                continue
            meant = name_without_zone(target, evidence.target.host)
            yield make_finding(
                "mail.srv_missing",
                record.name,
                ids((record, *lookups)),
                variant="doubled" if meant else "",
                target=display_host(target),
                meant=with_final_dot(meant),
            )
