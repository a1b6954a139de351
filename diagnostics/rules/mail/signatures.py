"""Rules about signatures and what ties them to the sender's name: DKIM keys, DMARC alignment."""

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


def keys(evidence: Evidence) -> tuple[DkimObservation, ...]:
    """Return the selectors that were asked for."""
    return evidence.all_of(DkimObservation)


def letter_of(evidence: Evidence) -> SentLetterObservation | None:
    """Return what the customer's letter shows."""
    return next(iter(evidence.all_of(SentLetterObservation)), None)


@concludes("mail.dkim_missing")
def key_is_missing(evidence: Evidence) -> Iterator[Finding]:
    """
    A letter is signed with a key that the DNS does not have (RFC 6376, section 3.6.2.2).

    Only the letter's own selector counts: that a usual one is missing tells nothing.
    """
    for key in keys(evidence):
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
    A key record that receivers can't use (RFC 6376, sections 3.6.1 and 6.1.2; RFC 8301).

    Under a usual selector it may be one that nobody signs with any more: there a withdrawn key is
    no fault, and any other one worth a word alone.
    """
    for key in keys(evidence):
        is_letters = key.source == "letter"
        fault, read = _fault_of(key)
        if not fault or (fault == "revoked" and not is_letters):
            continue
        yield make_finding(
            "mail.dkim_broken",
            key.name,
            ids([key]),
            severity=None if is_letters else "warning",
            variant=fault if fault in _VARIANTS else "",
            term=read.term,
            bits=read.bits or 0,
            count=len(key.records),
            selector=key.selector,
            domain=key.domain,
        )


def _is_absent(key: DkimObservation) -> bool:
    """Whether it is certain that no key stands under the selector."""
    return key.failure in NO_SUCH_RECORD or (key.failure is None and not key.records)


def _fault_of(key: DkimObservation) -> tuple[str, DkimKey]:
    """Return what is wrong with a selector's records; "" where a receiver can use one."""
    read = [read_dkim_key(text) for text in key.records]
    # RFC 6376, section 3.6.2.2: of several records the result is undefined; most take the first.
    if len(read) > 1:
        return "several", read[0]
    return (str(read[0].fault or ""), read[0]) if read else ("", DkimKey())


@concludes("mail.dmarc_misaligned")
def letter_is_not_aligned(evidence: Evidence) -> Iterator[Finding]:
    """
    Neither the signature nor the return path of a letter is of the domain in its From.

    RFC 7489, section 3.1: one of both must pass and be of the same domain, or of the same
    registered one where the record is relaxed. Receivers then do what the policy says.
    """
    letter, dmarc = letter_of(evidence), own_dmarc(evidence)
    if letter is None or dmarc is None or len(dmarc.records) != 1 or not letter.from_domain:
        return
    # Without signatures and without a return path it may be half a letter that was pasted.
    if not letter.signatures and not letter.envelope_domain:
        return
    read = read_dmarc(dmarc.records[0])
    policy = read.policy_for(letter.from_domain, dmarc.name.removeprefix("_dmarc."))
    if policy in {None, "none"} or letter.from_domain != evidence.target.host:
        return
    if _signature_is_aligned(evidence, letter, read) or _path_is_aligned(evidence, letter, read):
        return
    severity: Severity = "critical" if policy == "reject" else "warning"
    yield make_finding(
        "mail.dmarc_misaligned",
        letter.from_domain,
        ids([letter, dmarc, *keys(evidence)]),
        severity=severity,
        variant="" if letter.signatures else "unsigned",
        signed_by=", ".join(dict.fromkeys(tag.domain for tag in letter.signatures)),
        path=letter.envelope_domain or "?",
        policy=str(policy),
    )


def _signature_is_aligned(evidence: Evidence, letter: SentLetterObservation, dmarc: Dmarc) -> bool:
    """Whether a signature of the right domain may hold: its key is there, or was not asked."""
    unusable = {
        (key.domain, key.selector) for key in keys(evidence) if _is_absent(key) or _fault_of(key)[0]
    }
    return any(
        is_aligned(tag.domain, letter.from_domain, is_strict=dmarc.is_strict_dkim)
        and (tag.domain, tag.selector) not in unusable
        for tag in letter.signatures
    )


def _path_is_aligned(evidence: Evidence, letter: SentLetterObservation, dmarc: Dmarc) -> bool:
    """Whether the return path is of the right domain, and SPF may let its sender through."""
    if not is_aligned(letter.envelope_domain, letter.from_domain, is_strict=dmarc.is_strict_spf):
        return False
    if letter.envelope_domain != evidence.target.host:
        return True
    known = {policy.name: policy for policy in policies(evidence, "spf")}
    addresses = [o.address for o in evidence.all_of(SenderObservation) if o.source == "named"]
    results = [spf_result(evidence.target.host, known, text, evidence) for text in addresses]
    return not results or any(result in {"pass", None} for result in results)


def is_aligned(domain: str, from_domain: str, *, is_strict: bool) -> bool:
    """Whether two domains count as the same sender's (RFC 7489, sections 3.1.1 and 3.1.2)."""
    if is_strict or not domain:
        return domain == from_domain
    return registered_domain(domain) == registered_domain(from_domain)
