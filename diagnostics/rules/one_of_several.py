"""
Parameters of findings about only some of a target's addresses.

They name these addresses, those that work, and the visitors who are affected. Their texts are in
`diagnostics/catalogue/one_of_several.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diagnostics.observations import HttpObservation, TlsObservation
from diagnostics.rules.evidence import Evidence, is_ipv6


def partial_failure(
    broken: Iterable[str], works: Iterable[str], *, connects: bool = True
) -> dict[str, str]:
    """
    Return the parameters for a finding at the `broken` addresses; {} if no other address works.

    `connects` tells that the broken addresses accept connections, so that browsers don't go on to
    another address (RFC 8305, section 5).
    """
    failing = tuple(dict.fromkeys(broken))
    working = tuple(address for address in dict.fromkeys(works) if address not in failing)
    if not failing or not working:
        return {}
    return {
        "only_at": ", ".join(failing),
        "works_at": ", ".join(working),
        "record": "/".join(sorted({_record(address) for address in failing})),
        "met_by": _affected_visitors(failing, working) + ("" if connects else "_connecting"),
    }


def partial_port_failure(
    evidence: Evidence, port: int, broken: Sequence[TlsObservation | HttpObservation]
) -> dict[str, str]:
    """Return the parameters for a finding at the addresses of `broken`, if others' ports work."""
    failing = [observation.address for observation in broken if observation.address]
    tried: list[TlsObservation | HttpObservation] = [*evidence.handshakes, *evidence.requests]
    works = [o.address for o in tried if o.address and o.port == port and o.failure is None]
    return partial_failure(failing, works)


def _record(address: str) -> str:
    return "AAAA" if is_ipv6(address) else "A"


def _affected_visitors(failing: tuple[str, ...], working: tuple[str, ...]) -> str:
    """Return "ipv4" or "ipv6" if only visitors of that family are affected; else "some"."""
    families = {is_ipv6(address) for address in failing}
    others = {is_ipv6(address) for address in working}
    if len(families) == 1 and not families & others:
        return "ipv6" if families == {True} else "ipv4"
    return "some"
