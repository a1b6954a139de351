"""Queries over the requests of a customer's browser that doesn't reach the site."""

from __future__ import annotations

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import BanObservation, Observation, VantageObservation
from diagnostics.rules.evidence import Evidence, ids, is_ipv6
from diagnostics.rules.vantages.views import View, customer_view, views_of_same_network

_SYMPTOMS = {Failure.FETCH_TIMED_OUT: "timed-out", Failure.FETCH_FAILED: "unreachable"}
_UNREACHED_CODES = {"client.address_banned", "client.resolver_differs", "client.not_reached"}


def client_finding(
    code: str, evidence: Evidence, observations: tuple[Observation, ...], **parameters: str
) -> Finding:
    """Return a finding about the target as the customer's browser sees it."""
    symptoms = [_SYMPTOMS[o.failure] for o in observations if o.failure in _SYMPTOMS]
    return make_finding(
        code,
        evidence.target.host_display,
        ids(observations),
        # A browser shows different errors when it waits in vain and when it fails at once.
        symptom=symptoms[0] if symptoms and code in _UNREACHED_CODES else None,
        parameters=parameters,
    )


def failing_view(evidence: Evidence) -> View | None:
    """Return the view of the customer's browser if it doesn't reach the site; else None."""
    view = customer_view(evidence)
    return view if view is not None and view.reaches is False else None


def ban_observation(evidence: Evidence, view: View) -> BanObservation | None:
    """Return the operator's answer about bans of the customer's address; None without one."""
    clients = {o.client_address for o in view.observations}
    bans = [o for o in evidence.all_of(BanObservation) if o.client_address in clients]
    return bans[-1] if bans else None


def answers_by_address(observation: VantageObservation, view: View) -> bool:
    """
    Check whether an address answered: with a page, or failing at once while the name times out.

    By https no certificate is valid for an address, so an answer shows as an immediate failure.
    """
    fails_at_once = observation.failure is Failure.FETCH_FAILED and observation.url.startswith(
        "https:"
    )
    # In a network without IPv6, requests to IPv6 addresses fail at once too.
    return observation.failure is None or (
        fails_at_once and view.timed_out and "[" not in observation.url
    )


def is_unanswered(observation: VantageObservation) -> bool:
    """
    Check whether nothing answered: a timeout, or by plain HTTP a refusal.

    By https, an immediate failure may also be a certificate that isn't valid for the address.
    """
    is_refused = observation.failure is Failure.FETCH_FAILED and observation.url.startswith("http:")
    return observation.failure is Failure.FETCH_TIMED_OUT or is_refused


def other_addresses(evidence: Evidence, view: View) -> tuple[str, ...]:
    """Return the name's addresses in the customer's network, if none of them is one of ours."""
    for other in views_of_same_network(evidence, view):
        for observation in other.results_for("site"):
            is_other = set(observation.addresses).isdisjoint(evidence.addresses)
            # Browsers can't know addresses, so only a program's are trusted.
            if other.is_program and observation.addresses and is_other:
                return observation.addresses
    return ()


def split_by_family(
    view: View,
) -> tuple[tuple[VantageObservation, ...], tuple[VantageObservation, ...]]:
    """Return the requests over IPv6 and those over IPv4."""
    over_ipv6, over_ipv4 = list(view.results_for("ipv6")), list(view.results_for("ipv4"))
    for observation in view.results_for("address"):
        (over_ipv6 if "[" in observation.url else over_ipv4).append(observation)
    return tuple(over_ipv6), tuple(over_ipv4)


def shares_family(client: str, addresses: tuple[str, ...]) -> bool:
    """Check whether the target has an address of the same family as the customer's."""
    return any(is_ipv6(client) is is_ipv6(address) for address in addresses)
