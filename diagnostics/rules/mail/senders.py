"""Rules about SPF and DMARC records, by which receivers decide whether to trust a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import PolicyObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.final_dot import doubled_record, name_without_zone
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.mail.mail_evidence import is_known, mx_observation, policies
from diagnostics.rules.mail.spf_evaluation import count_lookups, spf_dead_end
from diagnostics.spf_dmarc import MAX_LOOKUPS, Spf, is_dmarc, is_spf, read_dmarc, read_spf


def own_spf(evidence: Evidence) -> PolicyObservation | None:
    """Return the observation of the domain's own SPF records; None if the answer isn't certain."""
    own = next((policy for policy in policies(evidence, "spf") if policy.depth == 0), None)
    return own if own is not None and is_known(own) else None


def own_dmarc(evidence: Evidence) -> PolicyObservation | None:
    """Return the DMARC records that apply: the domain's own, else those of the parent domain."""
    observations = list(policies(evidence, "dmarc"))
    if not observations or not all(map(is_known, observations)):
        return None
    return next((policy for policy in observations if policy.records), observations[0])


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
    observations: Iterable[PolicyObservation],
    fits: Callable[[str], bool],
) -> Finding:
    """Return a finding about a missing record, which may exist at a doubled name instead."""
    doubled = doubled_record(evidence, policy.name, "TXT", fits)
    unread = next(iter(policy.unread), "")
    return make_finding(
        code,
        evidence.target.host_display,
        ids((*observations, *([doubled] if doubled else []))),
        variant="unread" if unread else "doubled" if doubled else "",
        doubled=doubled.name if doubled else "",
        term=unread,
    )


def _takes_no_mail(evidence: Evidence) -> bool:
    mx = mx_observation(evidence)
    return mx is not None and bool(mx.exchangers) and not mx.exchangers[0].host


@concludes("mail.spf_several")
def spf_is_published_twice(evidence: Evidence) -> Iterator[Finding]:
    """
    The domain has more than one SPF record.

    Receivers must treat that as a permanent error (RFC 7208, section 4.5): none of them counts.
    """
    own = own_spf(evidence)
    if own is not None and len(own.records) > 1:
        yield make_finding(
            "mail.spf_several", evidence.target.host_display, ids([own]), count=len(own.records)
        )


@concludes("mail.spf_broken")
def spf_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The SPF record is a permanent error for receivers, or permits everybody to send.

    Errors are a term with a syntax error (RFC 7208, section 4.6), an included domain without an SPF
    record (section 5.2), a circle of includes, more than ten terms that need a DNS lookup, with
    those of included records, or more than two lookups that find nothing (section 4.6.4). "+all"
    isn't an error, but makes the record worthless: a warning.
    """
    match _single_spf(evidence):
        case own, record:
            # Receivers stop at the first of these; the others can be reported once it is fixed.
            yield from islice(_spf_faults(evidence, own, record), 1)


@concludes("mail.spf_broken")
def spf_part_is_unread(evidence: Evidence) -> Iterator[Finding]:
    """A mechanism is written with "=", so receivers skip it as unknown (RFC 7208, section 6)."""
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
    """Terms that would permit a sender come after "all", where they are ignored (RFC 7208, 5.1)."""
    match _single_spf(evidence):
        case own, record if record.after_all and not record.mistakes:
            yield make_finding(
                "mail.spf_ends_early",
                evidence.target.host_display,
                ids([own]),
                terms=", ".join(record.after_all[:4]),
            )


def _single_spf(evidence: Evidence) -> tuple[PolicyObservation, Spf] | None:
    """Return the domain's own SPF record, observed and parsed; None unless there is exactly one."""
    own = own_spf(evidence)
    if own is None or len(own.records) != 1:
        return None
    return own, read_spf(own.records[0])


def _spf_faults(evidence: Evidence, own: PolicyObservation, record: Spf) -> Iterator[Finding]:
    """Yield the faults of a record, in the order in which they are best fixed."""
    make = partial(make_finding, "mail.spf_broken", evidence.target.host_display)
    known = {policy.name: policy for policy in policies(evidence, "spf")}
    included = [policy for policy in known.values() if policy.depth and is_known(policy)]
    lookups = count_lookups(own.name, known)
    if record.mistakes:
        yield make(ids([own]), terms=", ".join(record.mistakes[:3]), lookups=lookups)
    # A name of one label isn't looked up: unlike in a zone file, no zone completes it.
    short = (policy for policy in known.values() if policy.depth and "." not in policy.name)
    for empty in (policy for policy in (*short, *included) if not policy.records):
        yield _empty_include(evidence, own, empty, known.values())
    for policy in included:
        if mistake := _mistake_of(policy):
            yield make(ids([own, policy]), variant="included", included=policy.name, terms=mistake)
    all_ids = ids(known.values())
    if dead_end := spf_dead_end(own.name, known):
        terms = ", ".join(dead_end.texts[:4])
        yield make(all_ids, severity=dead_end.severity, variant=dead_end.kind, terms=terms)
    if lookups > MAX_LOOKUPS:
        yield make(all_ids, variant="lookups", lookups=lookups)
    if record.lets_everybody:
        yield make(ids([own]), severity="warning", variant="open")


def _empty_include(
    evidence: Evidence,
    own: PolicyObservation,
    empty: PolicyObservation,
    known: Iterable[PolicyObservation],
) -> Finding:
    """Return a finding about an included domain without a record, with the intended name."""
    meant = _intended_name(empty.name, own.name)
    return make_finding(
        "mail.spf_broken",
        evidence.target.host_display,
        ids([own, empty]),
        variant="include_name" if meant else "include",
        included=empty.name,
        term=_term_for(empty.name, known),
        meant=meant,
    )


def _intended_name(included: str, domain: str) -> str:
    """Return the name that an include is meant to have; "" if unknown. Zones don't complete it."""
    if "." not in included:
        return f"{included}.{domain}"
    return name_without_zone(included, domain)


def _term_for(included: str, known: Iterable[PolicyObservation]) -> str:
    """Return the term that includes a domain, as it is written."""
    terms = (
        term
        for policy in known
        for text in policy.records[:1]
        for term in read_spf(text, policy.name).terms
    )
    matching = (t.text for t in terms if t.domain.rstrip(".").lower() == included)
    return next(matching, f"include:{included}")


def _mistake_of(included: PolicyObservation) -> str:
    """Return the error of an included record, which makes the including one an error (4.6, 5.2)."""
    if len(included.records) > 1:
        return f"{len(included.records)} × v=spf1"
    return ", ".join(read_spf(included.records[0]).mistakes[:3]) if included.records else ""


@concludes("mail.dmarc_missing")
def dmarc_is_missing(evidence: Evidence) -> Iterator[Finding]:
    """No record tells receivers what to do with forged letters (RFC 7489, section 6.1)."""
    own = own_dmarc(evidence)
    if own is not None and not own.records and not _takes_no_mail(evidence):
        observations = policies(evidence, "dmarc")
        yield _missing(evidence, "mail.dmarc_missing", own, observations, is_dmarc)


@concludes("mail.dmarc_broken")
def dmarc_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The DMARC record is malformed, so receivers ignore it (RFC 7489, section 6.6.3).

    The version must come first, and the policy must be one of three (section 6.3). If there are
    several records, none counts.
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
