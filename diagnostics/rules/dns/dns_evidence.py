"""What was seen behind our resolver, asked in the words that these rules use."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from diagnostics.failures import Failure
from diagnostics.observations import (
    AuthorityObservation,
    DelegationObservation,
    NameCheckObservation,
    Purpose,
    RegistrationObservation,
    SignatureObservation,
)
from diagnostics.rules.evidence import Evidence

State = Literal["ok", "lame", "silent", "missing", "unknown"]

_BY_FAILURE: dict[Failure | None, State] = {
    None: "ok",
    Failure.DNS_SERVER_LAME: "lame",
    Failure.DNS_SERVER_SILENT: "silent",
    Failure.DNS_SERVER_MISSING: "missing",
}
_STRONGEST: tuple[State, ...] = ("ok", "lame", "unknown", "silent", "missing")
_MINUTE_S = 60


def checks(evidence: Evidence, purpose: Purpose) -> Iterator[NameCheckObservation]:
    """Give the second questions of one kind."""
    for one in evidence.observations:
        if isinstance(one, NameCheckObservation) and one.purpose == purpose:
            yield one


def delegations(evidence: Evidence) -> Iterator[DelegationObservation]:
    """Give every zone that was walked through."""
    for one in evidence.observations:
        if isinstance(one, DelegationObservation):
            yield one


def asked(evidence: Evidence, delegation: DelegationObservation) -> list[AuthorityObservation]:
    """Give what the servers of one zone said, each at each of its addresses."""
    return [
        one
        for one in evidence.observations
        if isinstance(one, AuthorityObservation)
        and (one.zone, one.name) == (delegation.zone, delegation.name)
    ]


def states(answers: list[AuthorityObservation]) -> dict[str, State]:
    """Judge each server: one of its addresses that answers is enough."""
    found: dict[str, list[State]] = {}
    for one in answers:
        found.setdefault(one.server, []).append(_BY_FAILURE.get(one.failure, "unknown"))
    return {
        server: next(state for state in _STRONGEST if state in seen)
        for server, seen in found.items()
    }


def authoritative(evidence: Evidence, name: str) -> list[AuthorityObservation]:
    """Give the answers with authority for one name (RFC 1034, section 4.3.1)."""
    return [
        observation
        for observation in evidence.observations
        if isinstance(observation, AuthorityObservation)
        and observation.name == name
        and observation.is_answer
    ]


def signatures(evidence: Evidence) -> Iterator[SignatureObservation]:
    """Give the zones whose signatures were read."""
    for one in evidence.observations:
        if isinstance(one, SignatureObservation):
            yield one


def registration(evidence: Evidence) -> RegistrationObservation | None:
    """Give what the registry says, when it was asked and told."""
    told = (one for one in evidence.observations if isinstance(one, RegistrationObservation))
    return next((one for one in told if one.state is not None), None)


def minutes(seconds: int | None) -> int:
    """Whole minutes to wait, never none."""
    return max(1, math.ceil((seconds or 0) / _MINUTE_S))
