"""The rule about a customer's address that the server's firewall blocks."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding
from diagnostics.observations import BanObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.vantages.client_evidence import (
    ban_observation,
    client_finding,
    failing_view,
    is_unanswered,
    shares_family,
)
from diagnostics.rules.vantages.views import View, views_of_other_networks, views_of_same_network


@concludes("client.address_banned")
def address_is_banned(evidence: Evidence) -> Iterator[Finding]:
    """
    No port of the server answers the customer's network, while another network reaches it.

    Firewalls such as fail2ban and those of panels drop all packets of an address after failed
    log-ins (RFC 2979, section 3: silence is all that shows). This is likely, not proven, unless the
    operator's system knows the answer: then that decides, either way.
    """
    view = failing_view(evidence)
    if view is None:
        return
    ban = ban_observation(evidence, view)
    if ban is not None:
        yield from _known_ban(evidence, view, ban)
        return
    if not any(other.reaches for other in views_of_other_networks(evidence, view)):
        return
    tried, others = view.results_for("site"), view.results_for("port", "address")
    is_silent = bool(others) and all(map(is_unanswered, others)) and all(o.failure for o in tried)
    # If another device behind the same address gets through, the address isn't blocked.
    if not is_silent or any(other.reaches for other in views_of_same_network(evidence, view)):
        return
    client = next((o.client_address for o in view.observations if o.client_address), None)
    is_known = client is not None and shares_family(client, evidence.addresses)
    yield client_finding(
        "client.address_banned",
        evidence,
        (*tried, *others),
        variant="" if is_known else "address-unknown",
        client=client or "",
    )


def _known_ban(evidence: Evidence, view: View, ban: BanObservation) -> Iterator[Finding]:
    """Yield a finding if the operator's system has banned the address, or just lifted the ban."""
    if not (ban.is_banned or ban.is_lifted):
        return
    why = ", ".join(filter(None, (ban.by, ban.since)))
    variant = "lifted" if ban.is_lifted else "confirmed" if why else "confirmed-bare"
    yield client_finding(
        "client.address_banned",
        evidence,
        (*view.results_for("site"), ban),
        variant=variant,
        client=ban.client_address,
        why=why,
    )
