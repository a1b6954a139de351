"""The phases of opening a page: their durations, and the limits above which they are slow."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from diagnostics.observations import HttpObservation, LoadTimeObservation, Phase
from diagnostics.rules.evidence import Evidence

# The body's limit is higher, because long pages take longer.
LIMITS_S: Mapping[Phase, float] = MappingProxyType(
    {"name": 3.0, "connection": 3.0, "handshake": 3.0, "first_byte": 3.0, "body": 5.0}
)
_UNFINISHED_BODY_S = 4.0  # a body that is still arriving after this time is slow
# TCP takes one (RFC 9293), TLS 1.2 two and one more of TCP (RFC 5246, section 7.3), a request one.
_ROUND_TRIPS: Mapping[Phase, int] = MappingProxyType(
    {"name": 0, "connection": 1, "handshake": 3, "first_byte": 1}
)
_FIRST_FLIGHT_BITS = 13  # ten segments (RFC 6928) are some 14 KB; each flight doubles the next


def is_slow(phase: Phase, seconds: float) -> bool:
    """Check whether this duration is slow for the phase."""
    return seconds > LIMITS_S[phase]


def load_times(evidence: Evidence) -> tuple[LoadTimeObservation, ...]:
    """Return every further timing of a page, of the target and of controls."""
    return evidence.all_of(LoadTimeObservation)


def phases_of_page(evidence: Evidence, page: HttpObservation) -> dict[Phase, float]:
    """Return the seconds of each phase of a request, less the round trips that it must take."""
    round_trip_s = _round_trip_s(evidence, page)
    flights = max(1, (page.body_size_bytes or 0).bit_length() - _FIRST_FLIGHT_BITS)
    return {
        phase: max(0.0, seconds - _ROUND_TRIPS.get(phase, flights) * round_trip_s)
        for phase, seconds in whole_phases(evidence, page).items()
    }


def whole_phases(evidence: Evidence, page: HttpObservation) -> dict[Phase, float]:
    """Return the seconds of each phase of a request, with other observations of its address."""
    return {
        "name": _name_s(evidence, page),
        "connection": _connection_s(evidence, page),
        "handshake": _handshake_s(evidence, page),
        "first_byte": page.first_byte_s or 0.0,
        "body": page.body_s or 0.0,
    }


def phases_of_try(row: LoadTimeObservation) -> dict[Phase, float]:
    """
    Return the seconds of each phase of one further timing, as far as known.

    A phase in which we stopped waiting is left out, unless it is over its limit already.
    """
    durations: dict[Phase, float | None] = {
        "name": row.name_s,
        "connection": row.connection_s,
        "handshake": row.handshake_s,
        "first_byte": row.first_byte_s,
        "body": row.body_s,
    }
    known = {phase: seconds for phase, seconds in durations.items() if seconds is not None}
    if row.failure is not None:  # nothing is known about the phase that failed, nor later ones
        return {}
    if row.unfinished == "body" and known["body"] > _UNFINISHED_BODY_S:
        known["body"] = max(known["body"], LIMITS_S["body"] + 0.1)
    elif row.unfinished and not is_slow(row.unfinished, known[row.unfinished]):
        del known[row.unfinished]
    return known


def _round_trip_s(evidence: Evidence, page: HttpObservation) -> float:
    """Return the median round trip to the page's address; 0 if pings didn't measure it."""
    ping = evidence.ping_of(page.address) if page.address else None
    return (ping.rtt_median_s if ping else None) or 0.0


def _name_s(evidence: Evidence, page: HttpObservation) -> float:
    """Return the time until the first address: browsers wait no longer (RFC 8305, section 3)."""
    lookups = [o.duration_s for o in evidence.lookups_of(page.host) if o.records]
    return min(lookups, default=0.0)


def _connection_s(evidence: Evidence, page: HttpObservation) -> float:
    contacts = [c for c in evidence.contacts_of(page.host, page.port) if c.address == page.address]
    return max((c.duration_s for c in contacts if c.failure is None and not c.greeting), default=0)


def _handshake_s(evidence: Evidence, page: HttpObservation) -> float:
    key = (page.host, page.port, page.address)
    own = [o for o in evidence.handshakes if (o.host, o.port, o.address) == key]
    return max((o.duration_s for o in own if o.failure is None), default=0.0)
