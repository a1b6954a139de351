"""Rules about DNSSEC signatures that keep a name from resolving."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Fixer, make_finding
from diagnostics.failures import NO_SUCH_RECORD, Failure
from diagnostics.observations import NameCheckObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.dns_evidence import authoritative_answers, name_checks, signatures
from diagnostics.rules.evidence import Evidence, ids

# Extended errors of a resolver (RFC 8914, section 4).
_REASON_BY_EXTENDED_ERROR = {
    "7": "expired",
    "8": "not_yet_valid",
    "9": "ds_orphan",
    "10": "unsigned",
}
_FIXERS: dict[str, Fixer] = {
    "expired": "hosting",
    "not_yet_valid": "hosting",
    "broken": "hosting",
}


@concludes("dns.dnssec_bogus")
def one_server_is_signed_badly(evidence: Evidence) -> Iterator[Finding]:
    """
    The zone is signed (it has a DS record), but one server's signatures are expired or missing.

    Another server's signatures are valid. A resolver that asks the first gets no address (RFC 4035,
    sections 5.3.1 and 5.5), so the name fails at times, for some. Reasons are a second provider
    that doesn't sign, or a copy that isn't renewed.
    """
    answers = [
        answer
        for answer in authoritative_answers(evidence, evidence.target.host)
        if answer.records and not answer.drops_edns and not answer.aliases
    ]
    fresh = [a for a in answers if a.signed_until and a.signed_until >= a.started_at]
    old = [a for a in answers if a.signed_until and a.signed_until < a.started_at]
    bad = old or [a for a in answers if a.signed_until is None]
    secure = [s for s in signatures(evidence) if s.ds_key_tags and s.zone in {a.zone for a in bad}]
    if not fresh or not bad or not secure or signature_fails(evidence) is not None:
        return
    until = max((a.signed_until for a in old if a.signed_until), default=None)
    yield make_finding(
        "dns.dnssec_bogus",
        evidence.target.host_display,
        ids((*answers, *secure)),
        severity="warning",
        fixer="hosting",
        symptom="other-error",
        variant="one_server" if old else "one_unsigned",
        zone=secure[0].zone,
        servers=", ".join(dict.fromkeys(answer.server for answer in bad)),
        others=", ".join(dict.fromkeys(answer.server for answer in fresh)),
        until=f"{until:%Y-%m-%d %H:%M} UTC" if until else "",
    )


@concludes("dns.dnssec_bogus")
def signature_fails(evidence: Evidence) -> Finding | None:
    """
    The name resolves with DNSSEC checking disabled, and repeatedly fails with it enabled.

    Resolvers reject answers that don't pass the check (RFC 4035, section 5.5). The fault is found
    in the zone itself, or in the resolver's extended error (RFC 8914). If addresses of one family
    resolve all the same, the proof that there are none of the other is wrong (RFC 4035, section
    5.4).
    """
    unchecked = next(name_checks(evidence, "checking_disabled"), None)
    again = next(name_checks(evidence, "again"), None)
    if not any(lookup.failure is Failure.DNS_SERVFAIL for lookup in evidence.lookups):
        return None
    if unchecked is None or again is None or again.failure is not Failure.DNS_SERVFAIL:
        return None
    # If it fails without checking too, the signatures aren't the cause.
    if unchecked.failure is not None and unchecked.failure not in NO_SUCH_RECORD:
        return None
    bad = next((signature for signature in signatures(evidence) if signature.reason), None)
    errors = [error for lookup in evidence.lookups for error in lookup.extended_errors]
    errors += again.extended_errors
    reason = next(
        (
            _REASON_BY_EXTENDED_ERROR[error.split()[0]]
            for error in errors
            if error.split()[0] in _REASON_BY_EXTENDED_ERROR
        ),
        "",
    )
    variant = (bad.reason if bad else reason) or ""
    if any(lookup.records for lookup in evidence.lookups):
        return _one_family_fails(evidence, unchecked, again)
    until = bad.valid_until if bad else None
    begins = bad.valid_from if bad else None
    return make_finding(
        "dns.dnssec_bogus",
        evidence.target.host_display,
        ids((*evidence.lookups, unchecked, again, *([bad] if bad else []))),
        fixer=_FIXERS.get(variant),
        # The text of this variant names the day.
        variant=variant if variant != "expired" or until else "",
        zone=bad.zone if bad else evidence.target.host_display,
        until=f"{until:%Y-%m-%d %H:%M} UTC" if until else "",
        begins=f"{begins:%Y-%m-%d %H:%M} UTC" if begins else "",
        extended="; ".join(dict.fromkeys(errors)),
    )


def _one_family_fails(
    evidence: Evidence, unchecked: NameCheckObservation, again: NameCheckObservation
) -> Finding:
    failing = next(o for o in evidence.lookups if o.failure is Failure.DNS_SERVFAIL)
    return make_finding(
        "dns.dnssec_bogus",
        evidence.target.host_display,
        ids((*evidence.lookups, unchecked, again)),
        severity="warning",
        fixer="hosting",
        symptom="other-error",
        variant="one_family",
        record=failing.record_type,
    )
