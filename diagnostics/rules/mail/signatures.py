"""Rules about DKIM keys, and about DMARC alignment of signatures with the sender's domain."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.dkim_key import DkimKey, is_dkim_key, read_dkim_key
from diagnostics.failures import NO_SUCH_RECORD
from diagnostics.observations import DkimObservation, SenderObservation, SentLetterObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.final_dot import (
    doubled_record,
    name_without_zone,
    with_final_dot,
)
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.mail.mail_evidence import policies
from diagnostics.rules.mail.senders import own_dmarc
from diagnostics.rules.mail.spf_result import spf_result
from diagnostics.spf_dmarc import Dmarc, read_dmarc
from diagnostics.targets import registered_domain

_VARIANTS = {"revoked", "short", "key", "several"}


def dkim_observations(evidence: Evidence) -> tuple[DkimObservation, ...]:
    """Return the observations of DKIM selectors."""
    return evidence.all_of(DkimObservation)


def sent_letter(evidence: Evidence) -> SentLetterObservation | None:
    """Return the observation of a letter that the customer sent; None without one."""
    return next(iter(evidence.all_of(SentLetterObservation)), None)


@concludes("mail.dkim_missing")
def key_is_missing(evidence: Evidence) -> Iterator[Finding]:
    """
    A letter is signed with a key that is missing in the DNS (RFC 6376, section 3.6.2.2).

    Only the letter's own selector counts: a missing usual selector proves nothing.
    """
    for key in dkim_observations(evidence):
        if key.source == "letter" and _is_absent(key):
            meant = name_without_zone(key.alias, key.domain)
            doubled = doubled_record(evidence, key.name, "TXT", is_dkim_key)
            variant = "doubled" if doubled else "alias_name" if meant else "alias"
            yield make_finding(
                "mail.dkim_missing",
                key.name,
                ids([key, *([doubled] if doubled else [])]),
                variant=variant if key.alias or doubled else "",
                alias=key.alias,
                meant=with_final_dot(meant),
                doubled=doubled.name if doubled else "",
                selector=key.selector,
                domain=key.domain,
            )


@concludes("mail.dkim_broken")
def key_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    Receivers can't use a key record (RFC 6376, sections 3.6.1 and 6.1.2; RFC 8301).

    The key of a usual selector may no longer be used for signing: there, a revoked key is no fault,
    and any other fault is a warning.
    """
    for key in dkim_observations(evidence):
        is_of_letter = key.source == "letter"
        fault, parsed = _fault_of(key)
        if not fault or (fault == "revoked" and not is_of_letter):
            continue
        yield make_finding(
            "mail.dkim_broken",
            key.name,
            ids([key]),
            severity=None if is_of_letter else "warning",
            variant=fault if fault in _VARIANTS else "",
            term=parsed.term,
            bits=parsed.bits or 0,
            count=len(key.records),
            selector=key.selector,
            domain=key.domain,
        )


def _is_absent(key: DkimObservation) -> bool:
    """Check whether the selector certainly has no key."""
    return key.failure in NO_SUCH_RECORD or (key.failure is None and not key.records)


def _fault_of(key: DkimObservation) -> tuple[str, DkimKey]:
    """Return the fault of a selector's records, "" for none, and the parsed key."""
    parsed = [read_dkim_key(text) for text in key.records]
    # RFC 6376, section 3.6.2.2: with several records the result is undefined; most use the first.
    if len(parsed) > 1:
        return "several", parsed[0]
    return (str(parsed[0].fault or ""), parsed[0]) if parsed else ("", DkimKey())


@concludes("mail.dmarc_misaligned")
def letter_is_not_aligned(evidence: Evidence) -> Iterator[Finding]:
    """
    Neither the signature nor the return path of a letter is of the domain in its From header.

    RFC 7489, section 3.1: one of them must pass and be of the same domain, or in relaxed mode of
    the same registered domain. Otherwise receivers apply the policy.
    """
    letter, dmarc = sent_letter(evidence), own_dmarc(evidence)
    if letter is None or dmarc is None or len(dmarc.records) != 1 or not letter.from_domain:
        return
    # Without signatures and return path, only a part of the letter may have been pasted.
    if not letter.signatures and not letter.envelope_domain:
        return
    record = read_dmarc(dmarc.records[0])
    policy = record.policy_for(letter.from_domain, dmarc.name.removeprefix("_dmarc."))
    if policy in {None, "none"} or letter.from_domain != evidence.target.host:
        return
    if _signature_is_aligned(evidence, letter, record) or _path_is_aligned(
        evidence, letter, record
    ):
        return
    severity: Severity = "critical" if policy == "reject" else "warning"
    yield make_finding(
        "mail.dmarc_misaligned",
        letter.from_domain,
        ids([letter, dmarc, *dkim_observations(evidence)]),
        severity=severity,
        variant="" if letter.signatures else "unsigned",
        signed_by=", ".join(dict.fromkeys(tag.domain for tag in letter.signatures)),
        path=letter.envelope_domain or "?",
        policy=str(policy),
    )


def _signature_is_aligned(evidence: Evidence, letter: SentLetterObservation, dmarc: Dmarc) -> bool:
    """Check whether a signature is of the right domain, and its key isn't known to be unusable."""
    unusable = {
        (key.domain, key.selector)
        for key in dkim_observations(evidence)
        if _is_absent(key) or _fault_of(key)[0]
    }
    return any(
        is_aligned(tag.domain, letter.from_domain, is_strict=dmarc.is_strict_dkim)
        and (tag.domain, tag.selector) not in unusable
        for tag in letter.signatures
    )


def _path_is_aligned(evidence: Evidence, letter: SentLetterObservation, dmarc: Dmarc) -> bool:
    """Check whether the return path is of the right domain, and SPF may permit the sender."""
    if not is_aligned(letter.envelope_domain, letter.from_domain, is_strict=dmarc.is_strict_spf):
        return False
    if letter.envelope_domain != evidence.target.host:
        return True
    known = {policy.name: policy for policy in policies(evidence, "spf")}
    addresses = [o.address for o in evidence.all_of(SenderObservation) if o.source == "named"]
    results = [spf_result(evidence.target.host, known, text, evidence) for text in addresses]
    return not results or any(result in {"pass", None} for result in results)


def is_aligned(domain: str, from_domain: str, *, is_strict: bool) -> bool:
    """Check whether two domains are aligned (RFC 7489, sections 3.1.1 and 3.1.2)."""
    if is_strict or not domain:
        return domain == from_domain
    return registered_domain(domain) == registered_domain(from_domain)
