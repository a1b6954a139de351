"""
Faults of one address of several: which it is, that the others work, and who meets it.

The words of these parameters stand in `diagnostics/catalogue/one_of_several.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diagnostics.observations import HttpObservation, TlsObservation
from diagnostics.rules.evidence import Evidence, is_ipv6


def at_some_addresses(
    broken: Iterable[str], works: Iterable[str], *, connects: bool = True
) -> dict[str, str]:
    """
    Return the parameters that tell where a finding holds; none where nothing else works.

    `connects`: the address takes connections, so that browsers have no reason to go on to another
    one (RFC 8305, section 5).
    """
    here = tuple(dict.fromkeys(broken))
    elsewhere = tuple(address for address in dict.fromkeys(works) if address not in here)
    if not here or not elsewhere:
        return {}
    return {
        "only_at": ", ".join(here),
        "works_at": ", ".join(elsewhere),
        "record": "/".join(sorted({_record(address) for address in here})),
        "met_by": _met_by(here, elsewhere) + ("" if connects else "_connecting"),
    }


def where_port_fails(
    evidence: Evidence, port: int, broken: Sequence[TlsObservation | HttpObservation]
) -> dict[str, str]:
    """Tell the addresses where it is so from those where the same port answers well."""
    here = [observation.address for observation in broken if observation.address]
    spoke: list[TlsObservation | HttpObservation] = [*evidence.handshakes, *evidence.requests]
    works = [o.address for o in spoke if o.address and o.port == port and o.failure is None]
    return at_some_addresses(here, works)


def _record(address: str) -> str:
    return "AAAA" if is_ipv6(address) else "A"


def _met_by(here: tuple[str, ...], elsewhere: tuple[str, ...]) -> str:
    """Who gets to these addresses: a family's visitors, where the other family has the others."""
    families = {is_ipv6(address) for address in here}
    others = {is_ipv6(address) for address in elsewhere}
    if len(families) == 1 and not families & others:
        return "ipv6" if families == {True} else "ipv4"
    return "some"
