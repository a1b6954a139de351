"""
Rules about the customer's own side: the target works from here, and not in their browser.

They are asked only where our own measurements show a target that works, and the first that speaks
is the only one: what a browser tells is little, so no more than one thing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from diagnostics.catalogue import Finding
from diagnostics.failures import Failure
from diagnostics.observations import Observation
from diagnostics.rules.declaration import Rule, concludes
from diagnostics.rules.evidence import Evidence, is_ipv6
from diagnostics.rules.vantages import bans
from diagnostics.rules.vantages.client_evidence import (
    answers_by_address,
    by_family,
    client_finding,
    failing_view,
    other_addresses,
    word_of_firewall,
)
from diagnostics.rules.vantages.views import View, elsewhere, own_view

_SLOW_S = 3.0  # browsers fall back from IPv6 within 0.3 s (RFC 8305, section 5), so this is no race


@concludes("client.captive_portal")
def network_asks_to_sign_in(evidence: Evidence) -> Iterator[Finding]:
    """Something on the way answers in our server's name: a portal (RFC 8952, section 1)."""
    view = own_view(evidence)
    if view is None:
        return
    altered = [o for o in view.of("own") if o.failure is Failure.FETCH_ALTERED]
    if altered and not _was_reached(view):
        yield client_finding("client.captive_portal", evidence, (*altered, *view.of("site")))


@concludes("client.clock_wrong")
def clock_is_wrong(evidence: Evidence) -> Iterator[Finding]:
    """
    The browser's clock stands outside the certificate's validity (RFC 5280, section 4.1.2.5).

    The certificate is the one that the site shows us, valid by our clock.
    """
    view = failing_view(evidence)
    ahead_s = (
        next((o.clock_ahead_s for o in view.observations if o.clock_ahead_s), None)
        if view
        else None
    )
    if view is None or ahead_s is None or view.timed_out:
        return
    for handshake in evidence.handshakes:
        leaf = handshake.certificate
        if leaf is None or handshake.host != evidence.target.host:
            continue
        theirs = handshake.started_at + timedelta(seconds=ahead_s)
        if not leaf.not_before <= theirs <= leaf.not_after:
            yield client_finding(
                "client.clock_wrong",
                evidence,
                (*view.of("site"), handshake),
                date=f"{theirs:%Y-%m-%d}",
            )
            return


@concludes("client.answer_cut")
def answer_is_cut_short(evidence: Evidence) -> Iterator[Finding]:
    """
    What the page loads begins to arrive and never ends, while the page comes whole to us.

    Filters on the way stop a connection after 16 to 20 KB; to both ends that looks like a path that
    lost its packets (RFC 2923, section 2.1). Of a page itself a browser drops what it may not read
    (Fetch, "opaque-response blocking"), so the parts of the page are asked for.
    """
    view = own_view(evidence)
    if view is None or not view.is_connected or not view.of("own"):
        return
    parts = view.of("site", "part")
    cut = [o for o in parts if o.failure is Failure.FETCH_STALLED]
    ended = [o for o in view.of("part") if o.failure is None]
    whole = [
        page
        for page in evidence.requests
        if page.status is not None
        and not page.by_address
        and page.body_is_whole
        # A page that never ends by itself would look the same from everywhere.
        and page.duration_s < _SLOW_S
    ]
    if ended:
        return
    if cut and whole:
        yield client_finding("client.answer_cut", evidence, (*cut, *whole[:1]))


@concludes("client.ipv6_broken")
def home_has_broken_ipv6(evidence: Evidence) -> Iterator[Finding]:
    """
    Over IPv6 nothing comes back to the browser, over IPv4 all is well (RFC 8305, section 2).

    Asked are names of the operator's that have one family alone, or the site's own addresses. A
    home without IPv6 is healthy: it fails at once, and only a site with nothing but IPv6 is lost.
    """
    view = own_view(evidence)
    if view is None or not view.is_connected or not any(map(is_ipv6, evidence.addresses)):
        return
    six, four = by_family(view)
    is_hurt = view.reaches is False or any(o.duration_s >= _SLOW_S for o in view.of("site"))
    works = [o for o in four if o.failure is not Failure.FETCH_TIMED_OUT]
    if not is_hurt or not six or not works:
        return
    if all(o.failure is Failure.FETCH_TIMED_OUT for o in six):
        yield client_finding("client.ipv6_broken", evidence, (*view.of("site"), *six, *works))
    elif all(map(is_ipv6, evidence.addresses)) and all(o.failure for o in view.of("ipv6")):
        yield client_finding(
            "client.ipv6_broken", evidence, (*view.of("site"), *six), variant="none"
        )


@concludes("client.request_blocked")
def browser_blocks_requests(evidence: Evidence) -> Iterator[Finding]:
    """
    In one moment the browser gets a picture of the site and not its page, or the other way round.

    The server can't tell the two apart before it answers (RFC 9110, section 9.3.1), so what tells
    them apart is in the browser: an extension that blocks one kind of request.
    """
    view = own_view(evidence)
    if view is None or not view.is_connected or view.answers_are_shut:
        return
    page, picture = view.of("site"), view.of("image")
    blocked = [o for o in (*page, *picture) if o.failure is Failure.FETCH_FAILED]
    reached = [o for o in (*page, *picture) if o.failure is None]
    kinds = {o.asked for o in blocked}, {o.asked for o in reached}
    # Where another browser fails as well, the page itself may be what browsers don't take.
    fails_too = any(other.reaches is False for other in elsewhere(evidence, view))
    if kinds == ({"site"}, {"image"}) and not fails_too:
        yield client_finding("client.request_blocked", evidence, (*blocked, *reached))


@concludes("client.https_remembered")
def browser_insists_on_https(evidence: Evidence) -> Iterator[Finding]:
    """
    The browser turns to https by itself where nothing of the site answers by https.

    Strict transport that a site once asked for is remembered for as long as it said, mostly a year
    (RFC 6797, section 5.3); who has never been there opens the site.
    """
    view = failing_view(evidence)
    forced = [o for o in view.of("site") if o.failure is Failure.FETCH_FORCED] if view else []
    served = [h for h in evidence.handshakes if h.failure is None]
    if forced and not served:
        yield client_finding("client.https_remembered", evidence, tuple(forced))


@concludes("client.resolver_differs")
def resolver_leads_elsewhere(evidence: Evidence) -> Iterator[Finding]:
    """
    The bare address answers the browser and the name doesn't, or the name leads elsewhere there.

    What lies between is the resolver of that network, which may remember what is gone (RFC 1034,
    section 3.6) or say what isn't so (RFC 8499, section 6), or a filter for the name.
    """
    view = failing_view(evidence)
    if view is None:
        return
    theirs = other_addresses(evidence, view)
    if theirs:
        yield client_finding(
            "client.resolver_differs",
            evidence,
            view.of("site"),
            variant="differs",
            theirs=", ".join(theirs),
            addresses=", ".join(evidence.addresses),
        )
        return
    by_address = [o for o in view.of("address") if answers_by_address(o, view)]
    if by_address and evidence.target.kind == "domain":
        yield client_finding("client.resolver_differs", evidence, (*view.of("site"), *by_address))


@concludes("client.not_reached")
def only_they_fail(evidence: Evidence) -> Iterator[Finding]:
    """
    The site works from here and doesn't answer the customer's browser; why can't be told.

    Their program, their network and the way between are left (RFC 9110, section 3.7: a proxy or a
    gateway may stand anywhere on it).
    """
    view = failing_view(evidence)
    if view is None:
        return
    is_reached = any(other.reaches for other in elsewhere(evidence, view))
    word = word_of_firewall(evidence, view)
    seen: tuple[Observation, ...] = view.of("site", "image")
    if word is not None:
        variant, seen = "not-banned", (*seen, word)
    else:
        variant = "only-they" if is_reached else ""
    client = word.client_address if word else ""
    yield client_finding("client.not_reached", evidence, seen, variant=variant, client=client)


# The first that speaks is the only one.
RULES: tuple[Rule, ...] = (
    network_asks_to_sign_in,
    clock_is_wrong,
    answer_is_cut_short,
    home_has_broken_ipv6,
    browser_blocks_requests,
    browser_insists_on_https,
    resolver_leads_elsewhere,
    bans.address_is_banned,
    only_they_fail,
)


def _was_reached(view: View) -> bool:
    return any(o.failure in {None, Failure.FETCH_STALLED} for o in view.of("site", "image"))
