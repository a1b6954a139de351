"""What name servers, registries and second questions said, as queries for rules about names."""

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

# `plain`: it answers, and drops every question with EDNS (RFC 6891).
# `tcp`: packets to it vanish, connections are answered; resolvers ask by packets first (RFC 7766).
# `circle`: its address can be learned only by way of the zone itself.
# `alias`: its own name is a CNAME, which resolvers don't follow (RFC 2181, section 10.3).
NameServerState = Literal[
    "ok", "plain", "tcp", "alias", "lame", "silent", "missing", "circle", "unknown"
]

_BY_FAILURE: dict[Failure | None, NameServerState] = {
    None: "ok",
    Failure.DNS_SERVER_LAME: "lame",
    Failure.DNS_SERVER_SILENT: "silent",
    Failure.DNS_SERVER_MISSING: "missing",
    Failure.DNS_SERVER_CIRCLE: "circle",
}
# One address that answers is enough, and any answer outweighs an address that we could not ask.
_STRONGEST: tuple[NameServerState, ...] = (
    *("ok", "plain", "tcp", "alias", "lame", "unknown", "silent", "missing", "circle"),
)
_MINUTE_S = 60


def checks(evidence: Evidence, purpose: Purpose) -> Iterator[NameCheckObservation]:
    """Return the second questions of one kind."""
    return (check for check in evidence.all_of(NameCheckObservation) if check.purpose == purpose)


def delegations(evidence: Evidence) -> tuple[DelegationObservation, ...]:
    """Return every zone that was walked through."""
    return evidence.all_of(DelegationObservation)


def asked(evidence: Evidence, delegation: DelegationObservation) -> list[AuthorityObservation]:
    """Return what the servers of one zone said, each at each of its addresses."""
    return [
        observation
        for observation in evidence.all_of(AuthorityObservation)
        if (observation.zone, observation.name) == (delegation.zone, delegation.name)
    ]


def states(answers: list[AuthorityObservation]) -> dict[str, NameServerState]:
    """Judge each server: one of its addresses that answers is enough."""
    states_by_server: dict[str, list[NameServerState]] = {}
    for answer in answers:
        state = _BY_FAILURE.get(answer.failure, "unknown")
        if state == "ok" and answer.drops_edns:
            state = "plain"
        elif state == "ok" and answer.drops_udp:
            state = "tcp"
        elif state == "ok" and answer.is_alias:
            state = "alias"
        states_by_server.setdefault(answer.server, []).append(state)
    return {
        server: next(strongest for strongest in _STRONGEST if strongest in seen)
        for server, seen in states_by_server.items()
    }


def authoritative(evidence: Evidence, name: str) -> list[AuthorityObservation]:
    """Return the answers with authority for one name (RFC 1034, section 4.3.1)."""
    return [
        observation
        for observation in evidence.all_of(AuthorityObservation)
        if observation.name == name and observation.is_answer
    ]


def signatures(evidence: Evidence) -> tuple[SignatureObservation, ...]:
    """Return the zones whose signatures were read."""
    return evidence.all_of(SignatureObservation)


def registration(evidence: Evidence) -> RegistrationObservation | None:
    """Return what the registry says, when it was asked and told."""
    registrations = evidence.all_of(RegistrationObservation)
    return next((known for known in registrations if known.state is not None), None)


def minutes(seconds: int | None) -> int:
    """Whole minutes to wait, never none."""
    return max(1, math.ceil((seconds or 0) / _MINUTE_S))
