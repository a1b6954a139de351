"""The customer's browser where it fails: what its requests say, and a finding about it."""

from __future__ import annotations

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import BanObservation, Observation, VantageObservation
from diagnostics.rules.evidence import Evidence, ids, is_ipv6
from diagnostics.rules.vantages.views import View, neighbours, own_view

_SYMPTOMS = {Failure.FETCH_TIMED_OUT: "timed-out", Failure.FETCH_FAILED: "unreachable"}
_SEEN_AS_FAILED = {"client.address_banned", "client.resolver_differs", "client.not_reached"}


def client_finding(
    code: str, evidence: Evidence, observations: tuple[Observation, ...], **parameters: str
) -> Finding:
    """Make a finding about the target as the customer's browser meets it."""
    symptoms = [_SYMPTOMS[o.failure] for o in observations if o.failure in _SYMPTOMS]
    return make_finding(
        code,
        evidence.target.host_display,
        ids(observations),
        # Where the browser waits and where it gives up at once looks different to a person.
        symptom=symptoms[0] if symptoms and code in _SEEN_AS_FAILED else None,
        parameters=parameters,
    )


def failing_view(evidence: Evidence) -> View | None:
    """The customer's browser, where it doesn't reach the site."""
    view = own_view(evidence)
    return view if view is not None and view.reaches is False else None


def word_of_firewall(evidence: Evidence, view: View) -> BanObservation | None:
    """What the operator's system said of the address that the customer fails from."""
    clients = {o.client_address for o in view.observations}
    words = [o for o in evidence.all_of(BanObservation) if o.client_address in clients]
    return words[-1] if words else None


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
