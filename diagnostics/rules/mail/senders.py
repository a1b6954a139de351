"""Rules about who may send a domain's mail: what receivers check before they trust a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import PolicyObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.final_dot import doubled_record, name_without_zone
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.mail.mail_evidence import exchange, is_known, policies
from diagnostics.rules.mail.spf_evaluation import count_lookups, spf_dead_end
from diagnostics.spf_dmarc import MAX_LOOKUPS, Spf, is_dmarc, is_spf, read_dmarc, read_spf


def own_spf(evidence: Evidence) -> PolicyObservation | None:
    """Return the domain's own SPF records, where the answer can be relied on."""
    own = next((policy for policy in policies(evidence, "spf") if policy.depth == 0), None)
    return own if own is not None and is_known(own) else None


def own_dmarc(evidence: Evidence) -> PolicyObservation | None:
    """Return the DMARC records that hold: the domain's own, else those of the domain above."""
    seen = list(policies(evidence, "dmarc"))
    if not seen or not all(map(is_known, seen)):
        return None
    return next((policy for policy in seen if policy.records), seen[0])


@concludes("mail.spf_missing")
def spf_is_missing(evidence: Evidence) -> Iterator[Finding]:
    """No text record says who may send the domain's mail (RFC 7208, section 3)."""
    own = own_spf(evidence)
    if own is not None and not own.records and not _takes_no_mail(evidence):
        yield _missing(evidence, "mail.spf_missing", own, [own], is_spf)


def _missing(
    evidence: Evidence,
    code: str,
    policy: PolicyObservation,
    seen: Iterable[PolicyObservation],
    fits: Callable[[str], bool],
) -> Finding:
    """Name a record that is missing, or stands where nobody looks: at a doubled name."""
    doubled = doubled_record(evidence, policy.name, "TXT", fits)
    unread = next(iter(policy.unread), "")
    return make_finding(
        code,
        evidence.target.host_display,
        ids((*seen, *([doubled] if doubled else []))),
        variant="unread" if unread else "doubled" if doubled else "",
        doubled=doubled.name if doubled else "",
        term=unread,
    )


def _takes_no_mail(evidence: Evidence) -> bool:
    mx = exchange(evidence)
    return mx is not None and bool(mx.exchangers) and not mx.exchangers[0].host


@concludes("mail.spf_several")
def spf_is_published_twice(evidence: Evidence) -> Iterator[Finding]:
    """
    The domain has more than one SPF record.

    Receivers must take it for a permanent error (RFC 7208, section 4.5): none of them counts.
    """
    own = own_spf(evidence)
    if own is not None and len(own.records) > 1:
        yield make_finding(
            "mail.spf_several", evidence.target.host_display, ids([own]), count=len(own.records)
        )


@concludes("mail.spf_broken")
def spf_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The SPF record is a permanent error for receivers, or lets everybody send.

    A term that nobody can read (RFC 7208, section 4.6), an included domain without a record of its
    own (section 5.2), includes in a circle, more than ten terms that ask the DNS, those of included
    records counted too, or more than two that ask for what doesn't exist (section 4.6.4). "+all" is
    no error and makes the record worthless: a warning.
    """
    match _single_spf(evidence):
        case own, record:
            # Receivers stop at any of these: the others are named once the first is mended.
            yield from islice(_spf_faults(evidence, own, record), 1)


@concludes("mail.spf_broken")
def spf_part_is_unread(evidence: Evidence) -> Iterator[Finding]:
    """A part is written as a modifier that nobody knows, and skipped (RFC 7208, section 6)."""
    match _single_spf(evidence):
        case own, record if record.unread and not record.mistakes:
            yield make_finding(
                "mail.spf_broken",
                evidence.target.host_display,
                ids([own]),
                severity="warning",
                variant="unread",
                terms=", ".join(record.unread[:3]),
                meant=" ".join(term.replace("=", ":", 1) for term in record.unread[:3]),
            )


@concludes("mail.spf_ends_early")
def spf_ends_early(evidence: Evidence) -> Iterator[Finding]:
    """Terms that would let somebody send stand after "all", where nobody reads (RFC 7208, 5.1)."""
    match _single_spf(evidence):
        case own, record if record.after_all and not record.mistakes:
            yield make_finding(
                "mail.spf_ends_early",
                evidence.target.host_display,
                ids([own]),
                terms=", ".join(record.after_all[:4]),
            )


def _single_spf(evidence: Evidence) -> tuple[PolicyObservation, Spf] | None:
    """Return the domain's own SPF record, observed and read; None unless it has exactly one."""
    own = own_spf(evidence)
    if own is None or len(own.records) != 1:
        return None
    return own, read_spf(own.records[0])


def _spf_faults(evidence: Evidence, own: PolicyObservation, record: Spf) -> Iterator[Finding]:
    """Yield whatever spoils the record, in the order in which it is best mended."""
    make = partial(make_finding, "mail.spf_broken", evidence.target.host_display)
    known = {policy.name: policy for policy in policies(evidence, "spf")}
    included = [policy for policy in known.values() if policy.depth and is_known(policy)]
    lookups = count_lookups(own.name, known)
    if record.mistakes:
        yield make(ids([own]), terms=", ".join(record.mistakes[:3]), lookups=lookups)
    # A name of one part is none that anybody asks for: no zone completes it.
    short = (policy for policy in known.values() if policy.depth and "." not in policy.name)
    for empty in (policy for policy in (*short, *included) if not policy.records):
        yield _leads_nowhere(evidence, own, empty, known.values())
    for policy in included:
        if mistake := _mistake_of(policy):
            yield make(ids([own, policy]), variant="included", included=policy.name, terms=mistake)
    everything = ids(known.values())
    if dead_end := spf_dead_end(own.name, known):
        terms = ", ".join(dead_end.texts[:4])
        yield make(everything, severity=dead_end.severity, variant=dead_end.kind, terms=terms)
    if lookups > MAX_LOOKUPS:
        yield make(everything, variant="lookups", lookups=lookups)
    if record.lets_everybody:
        yield make(ids([own]), severity="warning", variant="open")


def _leads_nowhere(
    evidence: Evidence,
    own: PolicyObservation,
    empty: PolicyObservation,
    known: Iterable[PolicyObservation],
) -> Finding:
    """Name an include without a record, and the name that it means where that can be told."""
    meant = _meant(empty.name, own.name)
    return make_finding(
        "mail.spf_broken",
        evidence.target.host_display,
        ids([own, empty]),
        variant="include_name" if meant else "include",
        included=empty.name,
        term=_term_for(empty.name, known),
        meant=meant,
    )


def _meant(included: str, domain: str) -> str:
    """Return the whole name that an include means: text records are never completed by the zone."""
    if "." not in included:
        return f"{included}.{domain}"
    return name_without_zone(included, domain)


def _term_for(included: str, known: Iterable[PolicyObservation]) -> str:
    """Return the term that leads to an included record, as it is written."""
    terms = (
        term
        for policy in known
        for text in policy.records[:1]
        for term in read_spf(text, policy.name).terms
    )
    is_led = (t.text for t in terms if t.domain.rstrip(".").lower() == included)
    return next(is_led, f"include:{included}")


def _mistake_of(included: PolicyObservation) -> str:
    """Return what makes an included record an error for receivers, and yours with it (4.6, 5.2)."""
    if len(included.records) > 1:
        return f"{len(included.records)} × v=spf1"
    return ", ".join(read_spf(included.records[0]).mistakes[:3]) if included.records else ""


@concludes("mail.dmarc_missing")
def dmarc_is_missing(evidence: Evidence) -> Iterator[Finding]:
    """No record says what receivers shall do with forged letters (RFC 7489, section 6.1)."""
    own = own_dmarc(evidence)
    if own is not None and not own.records and not _takes_no_mail(evidence):
        seen = policies(evidence, "dmarc")
        yield _missing(evidence, "mail.dmarc_missing", own, seen, is_dmarc)


@concludes("mail.dmarc_broken")
def dmarc_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The DMARC record can't be read, so receivers act as if there was none (RFC 7489, section 6.6.3).

    The version must come first and the policy be one of three (section 6.3); of several records
    none counts.
    """
    own = own_dmarc(evidence)
    if own is None or not own.records:
        return
    subject = evidence.target.host_display
    if len(own.records) > 1:
        yield make_finding(
            "mail.dmarc_broken", subject, ids([own]), variant="several", count=len(own.records)
        )
    elif mistake := read_dmarc(own.records[0]).mistake:
        yield make_finding("mail.dmarc_broken", subject, ids([own]), term=mistake)
