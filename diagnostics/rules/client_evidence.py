"""What single requests of the customer's browser say: answered, shut, over which family."""

from __future__ import annotations

from diagnostics.failures import Failure
from diagnostics.observations import VantageObservation
from diagnostics.rules.evidence import Evidence, is_ipv6
from diagnostics.rules.views import View, neighbours


def answers_by_address(seen: VantageObservation, view: View) -> bool:
    """
    Whether a bare address answered: by a page, or at once where the name waits in vain.

    By https no certificate fits an address, so that an answer shows as a failure that comes soon.
    """
    is_soon = seen.failure is Failure.FETCH_FAILED and seen.url.startswith("https:")
    # Without IPv6 at home an IPv6 address fails as soon.
    return seen.failure is None or (is_soon and view.timed_out and "[" not in seen.url)


def is_shut(seen: VantageObservation) -> bool:
    """
    Whether nothing answered at a place: silence, or a refusal where plain HTTP was asked.

    By https a failure that comes soon may as well be a certificate that doesn't fit.
    """
    is_refused = seen.failure is Failure.FETCH_FAILED and seen.url.startswith("http:")
    return seen.failure is Failure.FETCH_TIMED_OUT or is_refused


def other_addresses(evidence: Evidence, view: View) -> tuple[str, ...]:
    """What the name leads to in the customer's network by a program's word, if nothing of ours."""
    for other in neighbours(evidence, view):
        for seen in other.of("site"):
            is_other = set(seen.addresses).isdisjoint(evidence.addresses)
            # A browser tells no addresses; what one claims is not believed.
            if other.is_program and seen.addresses and is_other:
                return seen.addresses
    return ()


def by_family(
    view: View,
) -> tuple[tuple[VantageObservation, ...], tuple[VantageObservation, ...]]:
    """What was asked over IPv6 and over IPv4."""
    six, four = list(view.of("ipv6")), list(view.of("ipv4"))
    for seen in view.of("address"):
        (six if "[" in seen.url else four).append(seen)
    return tuple(six), tuple(four)


def has_family_of(client: str, addresses: tuple[str, ...]) -> bool:
    """Whether the address that we see the customer at is of a family that the target has."""
    return any(is_ipv6(client) is is_ipv6(address) for address in addresses)
