"""The customer's address, kept out by the server's firewall: likely, or by its own word."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding
from diagnostics.observations import BanObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.vantages.client_evidence import (
    client_finding,
    failing_view,
    has_family_of,
    is_shut,
    word_of_firewall,
)
from diagnostics.rules.vantages.views import View, elsewhere, neighbours


@concludes("client.address_banned")
def address_is_banned(evidence: Evidence) -> Iterator[Finding]:
    """
    Nothing of the server answers this one network, at no port, while another reaches it.

    So it looks when a server's firewall drops an address for its failed log-ins, as fail2ban and
    the panels' firewalls do (RFC 2979, section 3: silence is all that shows). It is likely, and
    not proven, unless the operator's system knows: then its word decides, either way.
    """
    view = failing_view(evidence)
    if view is None:
        return
    word = word_of_firewall(evidence, view)
    if word is not None:
        yield from _by_word(evidence, view, word)
        return
    if not any(other.reaches for other in elsewhere(evidence, view)):
        return
    tried, others = view.of("site"), view.of("port", "address")
    is_silent = bool(others) and all(map(is_shut, others)) and all(o.failure for o in tried)
    # Another device behind the same address gets through: it is not the address.
    if not is_silent or any(other.reaches for other in neighbours(evidence, view)):
        return
    client = next((o.client_address for o in view.observations if o.client_address), None)
    is_known = client is not None and has_family_of(client, evidence.addresses)
    yield client_finding(
        "client.address_banned",
        evidence,
        (*tried, *others),
        variant="" if is_known else "address-unknown",
        client=client or "",
    )


def _by_word(evidence: Evidence, view: View, word: BanObservation) -> Iterator[Finding]:
    """What the operator's system says: a block with its cause, one that was lifted, or none."""
    if not (word.is_banned or word.is_lifted):
        return
    why = ", ".join(filter(None, (word.by, word.since)))
    variant = "lifted" if word.is_lifted else "confirmed" if why else "confirmed-bare"
    yield client_finding(
        "client.address_banned",
        evidence,
        (*view.of("site"), word),
        variant=variant,
        client=word.client_address,
        why=why,
    )
