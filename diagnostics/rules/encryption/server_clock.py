"""Whether our clock can be believed: a certificate's dates mean nothing beside a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from diagnostics.observations import Certificate, HttpObservation, TlsObservation
from diagnostics.rules.evidence import Evidence

_ENOUGH = timedelta(days=1)


def ends_of(observation: TlsObservation) -> list[Certificate]:
    """
    Return the certificates whose end counts: its own, and the intermediates that are needed.

    No sent root, and nothing that the way to a trusted root does without: an old cross-signed
    certificate beside the root itself, a twin that is still valid (RFC 5280, section 6; RFC 4158,
    section 3.5.12).
    """
    return [
        certificate
        for number, certificate in enumerate(observation.chain)
        if number == 0 or _is_needed(observation, number)
    ]


def _is_needed(observation: TlsObservation, number: int) -> bool:
    certificate = observation.chain[number]
    if certificate.is_self_signed or (observation.needed and number not in observation.needed):
        return False
    return not any(_replaces(other, certificate) for other in observation.chain)


def _replaces(other: Certificate, certificate: Certificate) -> bool:
    # Its twin with a later end, of the same name: clients build the path that is valid.
    return other.subject == certificate.subject and other.not_after > certificate.not_after


def disagreeing_clock(evidence: Evidence, observation: TlsObservation) -> HttpObservation | None:
    """
    Return a page of the same host by whose clock the certificate's dates are good.

    Its clock and ours differ by over a day, so one of them is wrong. A server that lies can lie
    only about itself.
    """
    for page, offset in _offsets(evidence, observation.host):
        then = observation.started_at + offset
        is_good = all(
            certificate.not_before <= then <= certificate.not_after
            for certificate in ends_of(observation)
        )
        if abs(offset) > _ENOUGH and is_good:
            return page
    return None


def _offsets(evidence: Evidence, host: str) -> Iterator[tuple[HttpObservation, timedelta]]:
    """How far each answer's clock is ahead of ours; a cache tells its answer's age beside it."""
    for page in evidence.requests:
        date = _date_of(page.headers.get("date", "")) if page.host == host else None
        if date is not None:
            age = page.headers.get("age", "")
            # A larger Age is nonsense and would overflow a timedelta.
            seconds = int(age) if age.isdecimal() and len(age) < len(str(10**9)) else 0
            yield page, date + timedelta(seconds=seconds) - page.started_at


def _date_of(text: str) -> datetime | None:
    """Read a Date (RFC 9110, section 5.6.7)."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
