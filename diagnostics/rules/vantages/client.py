"""
Rules about the customer's own side: the target works from here, but not in their browser.

They run only if our own measurements show that the target works. Only the first finding counts:
a browser tells little, so no more than one thing is concluded from it.
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
    ban_observation,
    client_finding,
    failing_view,
    other_addresses,
    split_by_family,
)
from diagnostics.rules.vantages.views import View, customer_view, views_of_other_networks

# Browsers fall back from IPv6 within 0.3 s (RFC 8305, section 5), so a healthy fallback is faster.
_SLOW_S = 3.0


@concludes("client.captive_portal")
def network_asks_to_sign_in(evidence: Evidence) -> Iterator[Finding]:
    """Something between answers in place of our server: a captive portal (RFC 8952, section 1)."""
    view = customer_view(evidence)
    if view is None:
        return
    altered = [o for o in view.results_for("own") if o.failure is Failure.FETCH_ALTERED]
    if altered and not _was_reached(view):
        yield client_finding(
            "client.captive_portal", evidence, (*altered, *view.results_for("site"))
        )


@concludes("client.clock_wrong")
def clock_is_wrong(evidence: Evidence) -> Iterator[Finding]:
    """
    By the browser's clock, the certificate isn't valid (RFC 5280, section 4.1.2.5).

    It is the certificate that the site shows us, and is valid by our clock.
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
                (*view.results_for("site"), handshake),
                date=f"{theirs:%Y-%m-%d}",
            )
            return


@concludes("client.answer_cut")
def answer_is_cut_short(evidence: Evidence) -> Iterator[Finding]:
    """
    Files of the page begin to arrive and never end, while we get the whole page.

    Filters on the path stop a connection after 16 to 20 KB; for both ends that looks like a path
    that lost its packets (RFC 2923, section 2.1). The files of the page are requested, because a
    browser drops the body of a page that it may not read (Fetch, "opaque-response blocking").
    """
    view = customer_view(evidence)
    if view is None or not view.is_connected or not view.results_for("own"):
        return
    parts = view.results_for("site", "part")
    cut = [o for o in parts if o.failure is Failure.FETCH_STALLED]
    ended = [o for o in view.results_for("part") if o.failure is None]
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
    The browser gets no answer over IPv6, but one over IPv4 (RFC 8305, section 2).

    It requests names of the operator's that have only one family, or the site's own addresses. A
    network without IPv6 is healthy: there, requests over IPv6 fail at once, and only sites with
    IPv6 alone can't be reached.
    """
    view = customer_view(evidence)
    if view is None or not view.is_connected or not any(map(is_ipv6, evidence.addresses)):
        return
    over_ipv6, over_ipv4 = split_by_family(view)
    is_hurt = view.reaches is False or any(
        o.duration_s >= _SLOW_S for o in view.results_for("site")
    )
    works = [o for o in over_ipv4 if o.failure is not Failure.FETCH_TIMED_OUT]
    if not is_hurt or not over_ipv6 or not works:
        return
    if all(o.failure is Failure.FETCH_TIMED_OUT for o in over_ipv6):
        yield client_finding(
            "client.ipv6_broken", evidence, (*view.results_for("site"), *over_ipv6, *works)
        )
    elif all(map(is_ipv6, evidence.addresses)) and all(o.failure for o in view.results_for("ipv6")):
        yield client_finding(
            "client.ipv6_broken", evidence, (*view.results_for("site"), *over_ipv6), variant="none"
        )


@concludes("client.request_blocked")
def browser_blocks_requests(evidence: Evidence) -> Iterator[Finding]:
    """
    At the same time the browser gets a picture of the site but not its page, or vice versa.

    The server handles both requests alike (RFC 9110, section 9.3.1), so something in the browser
    blocks one kind of request: an extension.
    """
    view = customer_view(evidence)
    if view is None or not view.is_connected or view.answers_are_hidden:
        return
    page, picture = view.results_for("site"), view.results_for("image")
    blocked = [o for o in (*page, *picture) if o.failure is Failure.FETCH_FAILED]
    reached = [o for o in (*page, *picture) if o.failure is None]
    kinds = {o.asked for o in blocked}, {o.asked for o in reached}
    # If another browser fails too, browsers may be refusing the page itself.
    fails_too = any(other.reaches is False for other in views_of_other_networks(evidence, view))
    if kinds == ({"site"}, {"image"}) and not fails_too:
        yield client_finding("client.request_blocked", evidence, (*blocked, *reached))


@concludes("client.https_remembered")
def browser_insists_on_https(evidence: Evidence) -> Iterator[Finding]:
    """
    The browser uses https although http was asked for, and the site doesn't answer by https.

    A browser remembers strict transport for as long as the site once asked, mostly a year
    (RFC 6797, section 5.3). Browsers that haven't visited the site before can open it.
    """
    view = failing_view(evidence)
    forced = (
        [o for o in view.results_for("site") if o.failure is Failure.FETCH_FORCED] if view else []
    )
    served = [h for h in evidence.handshakes if h.failure is None]
    if forced and not served:
        yield client_finding("client.https_remembered", evidence, tuple(forced))


@concludes("client.resolver_differs")
def resolver_leads_elsewhere(evidence: Evidence) -> Iterator[Finding]:
    """
    The address answers the browser, but the name doesn't, or has other addresses there.

    The reason is the resolver of that network, which may have an old record in its cache (RFC 1034,
    section 3.6) or give false answers (RFC 8499, section 6), or a filter for the name.
    """
    view = failing_view(evidence)
    if view is None:
        return
    theirs = other_addresses(evidence, view)
    if theirs:
        yield client_finding(
            "client.resolver_differs",
            evidence,
            view.results_for("site"),
            variant="differs",
            theirs=", ".join(theirs),
            addresses=", ".join(evidence.addresses),
        )
        return
    by_address = [o for o in view.results_for("address") if answers_by_address(o, view)]
    if by_address and evidence.target.kind == "domain":
        yield client_finding(
            "client.resolver_differs", evidence, (*view.results_for("site"), *by_address)
        )


@concludes("client.not_reached")
def only_they_fail(evidence: Evidence) -> Iterator[Finding]:
    """
    The site works from here but doesn't answer the customer's browser; the reason is unknown.

    It may be in the customer's program, their network or the path between (RFC 9110, section 3.7: a
    proxy or gateway may be anywhere on it).
    """
    view = failing_view(evidence)
    if view is None:
        return
    is_reached = any(other.reaches for other in views_of_other_networks(evidence, view))
    ban = ban_observation(evidence, view)
    observations: tuple[Observation, ...] = view.results_for("site", "image")
    if ban is not None:
        variant, observations = "not-banned", (*observations, ban)
    else:
        variant = "only-they" if is_reached else ""
    client = ban.client_address if ban else ""
    yield client_finding(
        "client.not_reached", evidence, observations, variant=variant, client=client
    )


# Only the first finding of these counts.
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
    return any(
        o.failure in {None, Failure.FETCH_STALLED} for o in view.results_for("site", "image")
    )
