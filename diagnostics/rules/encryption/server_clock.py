"""Compare our clock with the server's: with a wrong clock, a certificate's dates mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from diagnostics.observations import Certificate, HttpObservation, TlsObservation
from diagnostics.rules.evidence import Evidence

_ENOUGH = timedelta(days=1)


def ends_of(observation: TlsObservation) -> list[Certificate]:
    """
    Return the certificates whose expiry matters: the server's own, and the needed intermediates.

    A sent root doesn't matter, and neither do certificates that the path to a trusted root doesn't
    need: an old cross-signed one next to the root itself, or one with a valid twin (RFC 5280,
    section 6; RFC 4158, section 3.5.12).
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
    # A twin has the same name and a later expiry; clients build the path that is valid.
    return other.subject == certificate.subject and other.not_after > certificate.not_after


def disagreeing_clock(evidence: Evidence, observation: TlsObservation) -> HttpObservation | None:
    """
    Return a page of the same host by whose clock the certificate is valid; None without one.

    That clock and ours differ by over a day, so one of them is wrong. A server with a false clock
    affects only the findings about itself.
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
    """Yield how far each answer's clock is ahead of ours; a cached answer's age is added."""
    for page in evidence.requests:
        date = _date_of(page.headers.get("date", "")) if page.host == host else None
        if date is not None:
            age = page.headers.get("age", "")
            # A longer number is nonsense and would overflow a timedelta.
            seconds = int(age) if age.isdecimal() and len(age) < len(str(10**9)) else 0
            yield page, date + timedelta(seconds=seconds) - page.started_at


def _date_of(text: str) -> datetime | None:
    """Parse a Date header (RFC 9110, section 5.6.7); None if it isn't a date."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
