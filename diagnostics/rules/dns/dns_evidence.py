"""Queries over observations of name servers, registries and further lookups, for DNS rules."""

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

# `plain`: it answers, but drops every query with EDNS (RFC 6891).
# `tcp`: it answers by TCP only; resolvers ask by UDP first (RFC 7766).
# `circle`: its name can be resolved only through the zone that it serves.
# `alias`: its own name is a CNAME, which resolvers don't follow (RFC 2181, section 10.3).
# `glue`: the zone above has its address, and the zone itself denies that it has one.
NameServerState = Literal[
    "ok", "plain", "tcp", "alias", "glue", "lame", "silent", "missing", "circle", "unknown"
]

_BY_FAILURE: dict[Failure | None, NameServerState] = {
    None: "ok",
    Failure.DNS_SERVER_LAME: "lame",
    Failure.DNS_SERVER_SILENT: "silent",
    Failure.DNS_SERVER_MISSING: "missing",
    Failure.DNS_SERVER_CIRCLE: "circle",
}
# A server with several addresses has the first of these states that any address has: one address
# that answers is enough, and any answer outweighs an address that we couldn't ask.
_PRECEDENCE: tuple[NameServerState, ...] = (
    *("ok", "plain", "tcp", "alias", "glue", "lame", "unknown", "silent", "missing", "circle"),
)
_MINUTE_S = 60


def name_checks(evidence: Evidence, purpose: Purpose) -> Iterator[NameCheckObservation]:
    """Yield the further lookups with one purpose."""
    return (check for check in evidence.all_of(NameCheckObservation) if check.purpose == purpose)


def delegations(evidence: Evidence) -> tuple[DelegationObservation, ...]:
    """Return the delegation of every zone on the way to the name."""
    return evidence.all_of(DelegationObservation)


def server_answers(
    evidence: Evidence, delegation: DelegationObservation
) -> list[AuthorityObservation]:
    """Return the answers of a zone's servers, one for each address of each server."""
    return [
        observation
        for observation in evidence.all_of(AuthorityObservation)
        if (observation.zone, observation.name) == (delegation.zone, delegation.name)
    ]


def server_states(answers: list[AuthorityObservation]) -> dict[str, NameServerState]:
    """Return the state of each server; one address that answers is enough."""
    states_by_server: dict[str, list[NameServerState]] = {}
    for answer in answers:
        state = _BY_FAILURE.get(answer.failure, "unknown")
        if state == "ok" and answer.drops_edns:
            state = "plain"
        elif state == "ok" and answer.drops_udp:
            state = "tcp"
        elif state == "ok" and answer.is_alias:
            state = "alias"
        elif state == "ok" and answer.is_glue_alone:
            state = "glue"
        states_by_server.setdefault(answer.server, []).append(state)
    return {
        server: next(state for state in _PRECEDENCE if state in states)
        for server, states in states_by_server.items()
    }


def authoritative_answers(evidence: Evidence, name: str) -> list[AuthorityObservation]:
    """Return the authoritative answers about a name (RFC 1034, section 4.3.1)."""
    return [
        observation
        for observation in evidence.all_of(AuthorityObservation)
        if observation.name == name and observation.is_answer
    ]


def signatures(evidence: Evidence) -> tuple[SignatureObservation, ...]:
    """Return the observations of zones' DNSSEC signatures."""
    return evidence.all_of(SignatureObservation)


def registration(evidence: Evidence) -> RegistrationObservation | None:
    """Return the domain's registration; None if the registry wasn't asked or didn't tell."""
    registrations = evidence.all_of(RegistrationObservation)
    return next((known for known in registrations if known.state is not None), None)


def minutes(seconds: int | None) -> int:
    """Convert seconds to whole minutes, rounded up, at least 1."""
    return max(1, math.ceil((seconds or 0) / _MINUTE_S))
