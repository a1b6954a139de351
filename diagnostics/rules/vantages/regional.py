"""Rules about places: the target is reached from some of them and not from others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.vantages.views import View, views_of

_WITNESSES = 2  # a browser's word is unverified, and a public probe may fail alone
_REFUSED = {401, 403, 429, 451}
_MAX_PLACES = 6


@concludes("net.regional_fault")
def only_others_reach(evidence: Evidence) -> Iterator[Finding]:
    """
    Our server fails to reach what another vantage reaches: a fault between networks.

    Routing is each network's own policy (RFC 4271, section 3.2), so a fault may show from some
    networks alone. One program of the operator's is enough; browsers must be two, in two networks.
    """
    views = views_of(evidence)
    reaching = [view for view in views if view.reaches]
    if any(view.is_program for view in reaching) or _networks(reaching) >= _WITNESSES:
        severity = _severity(views, we_reach=False)
        yield _regional(evidence, reaching, reaching, variant="not-from-us", severity=severity)


@concludes("net.regional_fault")
def some_places_fail(evidence: Evidence) -> Iterator[Finding]:
    """
    Our server reaches what other vantages don't: a fault, or a block, between networks.

    A provider on the way may refuse by place (RFC 7725, section 3), drop silently, or let its
    resolver answer falsely (RFC 8499, section 6). One worker is enough, whose own network a control
    showed to work; public probes and browsers must be two, in two networks of a place. Other
    addresses in another place are how CDNs work, and accuse nobody.
    """
    views = views_of(evidence)
    failing = [view for view in views if view.reaches is False]
    programs = [view for view in failing if _is_witness(view, views)]
    browsers = [view for view in failing if not view.is_program]
    # A program of ours joins whoever fails already; browsers alone must be two.
    if programs:
        yield _regional(
            evidence,
            [*programs, *browsers],
            programs,
            variant=_variant(programs),
            severity=_severity(views, we_reach=True),
        )
    elif _networks(browsers) >= _WITNESSES:
        severity = _severity(views, we_reach=True)
        yield _regional(evidence, browsers, browsers, variant="browsers", severity=severity)


@concludes("net.regional_fault")
def some_places_lose(evidence: Evidence) -> Iterator[Finding]:
    """
    The site answers a worker, and on the way from there packets or one address family are lost.

    Loss, a smaller packet size (RFC 2923, section 2.1) and broken IPv6 (RFC 8305, section 2) belong
    to a path. What we see from here as well is no matter of the place.
    """
    views = views_of(evidence)
    hampered = [view for view in views if view.is_hampered]
    if hampered and all(view.is_hampered or view.reaches is not False for view in views):
        six = all(view.cause == "net.ipv6_broken" for view in hampered)
        yield _regional(evidence, hampered, hampered, variant="ipv6" if six else "hampered")


def _is_witness(view: View, views: Sequence[View]) -> bool:
    """Whether a failing program counts: a worker, or public probes of one country together."""
    if not view.is_program or view.vantage == "worker":
        return view.is_program
    near = [other for other in views if other.is_program and other.region == view.region]
    failing = [other for other in near if other.reaches is False]
    return _networks(failing) >= _WITNESSES and not any(other.reaches for other in near)


def _networks(views: Sequence[View]) -> int:
    return len({view.network for view in views})


def _severity(views: Sequence[View], *, we_reach: bool) -> Severity:
    """Critical where most places don't reach it; where it stands even, our own look decides."""
    # A browser's word is unverified: it makes nothing graver.
    known = [view.reaches for view in views if view.is_program]
    failing, reaching = known.count(False), known.count(True)
    failing, reaching = (failing, reaching + 1) if we_reach else (failing + 1, reaching)
    is_most = failing > reaching or (failing == reaching and not we_reach)
    return "critical" if is_most else "warning"


def _variant(programs: Sequence[View]) -> str:
    first = programs[0]
    if any(o.status in _REFUSED for o in first.of("site")) or first.cause == "http.forbidden":
        return "refused"
    if first.cause.startswith("dns."):
        return "resolver"
    return "elsewhere" if first.leads_elsewhere else ""


def _regional(
    evidence: Evidence,
    views: Sequence[View],
    named: Sequence[View],
    *,
    variant: str,
    severity: Severity = "warning",
) -> Finding:
    places = list(dict.fromkeys(view.place for view in named))
    theirs = [address for view in named for o in view.of("site") for address in o.addresses]
    return make_finding(
        "net.regional_fault",
        evidence.target.host_display,
        ids(observation for view in views for observation in view.of("site", "image")),
        severity=severity,
        variant=variant,
        places=", ".join(places[:_MAX_PLACES]),
        theirs=", ".join(dict.fromkeys(theirs)),
        addresses=", ".join(evidence.addresses),
        count=len(views),
    )
