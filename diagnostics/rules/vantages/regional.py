"""Rules about a target that is reached from some places and not from others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.vantages.views import View, vantage_views

_MIN_NETWORKS = 2  # a browser's report is unverified, and a single public probe may fail by itself
_REFUSED = {401, 403, 429, 451}
_MAX_PLACES = 6


@concludes("net.regional_fault")
def only_others_reach(evidence: Evidence) -> Iterator[Finding]:
    """
    Our server doesn't reach what another vantage reaches: a fault between networks.

    Each network has its own routing policy (RFC 4271, section 3.2), so a fault may be seen from
    some networks only. One program of the operator's is enough as proof; of browsers it takes two,
    in two networks.
    """
    views = vantage_views(evidence)
    reaching = [view for view in views if view.reaches]
    if any(view.is_program for view in reaching) or _count_networks(reaching) >= _MIN_NETWORKS:
        severity = _severity(views, we_reach=False)
        yield _regional(evidence, reaching, reaching, variant="not-from-us", severity=severity)


@concludes("net.regional_fault")
def some_places_fail(evidence: Evidence) -> Iterator[Finding]:
    """
    Our server reaches what other vantages don't: a fault, or a block, between networks.

    A provider on the path may refuse visitors of a place (RFC 7725, section 3), drop their packets,
    or give false DNS answers (RFC 8499, section 6). One worker is enough as proof, if a control
    shows that its own network works; of public probes and browsers it takes two, in two networks of
    a place. Other addresses at another place alone prove nothing: CDNs work that way.
    """
    views = vantage_views(evidence)
    failing = [view for view in views if view.reaches is False]
    programs = [view for view in failing if _is_witness(view, views)]
    browsers = [view for view in failing if not view.is_program]
    # With a program's proof, failing browsers are listed too; without one it takes two of them.
    if programs:
        yield _regional(
            evidence,
            [*programs, *browsers],
            programs,
            variant=_variant(programs),
            severity=_severity(views, we_reach=True),
        )
    elif _count_networks(browsers) >= _MIN_NETWORKS:
        severity = _severity(views, we_reach=True)
        yield _regional(evidence, browsers, browsers, variant="browsers", severity=severity)


@concludes("net.regional_fault")
def some_places_lose(evidence: Evidence) -> Iterator[Finding]:
    """
    The site answers a worker, but on the path from there packets or an address family are lost.

    Loss, a smaller packet size (RFC 2923, section 2.1) and broken IPv6 (RFC 8305, section 2) are
    faults of a path. A fault that we see from here too isn't reported as one of the place.
    """
    views = vantage_views(evidence)
    hampered = [view for view in views if view.is_hampered]
    if hampered and all(view.is_hampered or view.reaches is not False for view in views):
        is_ipv6_only = all(view.cause == "net.ipv6_broken" for view in hampered)
        variant = "ipv6" if is_ipv6_only else "hampered"
        yield _regional(evidence, hampered, hampered, variant=variant)


def _is_witness(view: View, views: Sequence[View]) -> bool:
    """Check whether a failing view is proof: a worker, or several public probes of a country."""
    if not view.is_program or view.vantage == "worker":
        return view.is_program
    near = [other for other in views if other.is_program and other.region == view.region]
    failing = [other for other in near if other.reaches is False]
    return _count_networks(failing) >= _MIN_NETWORKS and not any(other.reaches for other in near)


def _count_networks(views: Sequence[View]) -> int:
    return len({view.network for view in views})


def _severity(views: Sequence[View], *, we_reach: bool) -> Severity:
    """Return "critical" if most places don't reach the target; our own result breaks a tie."""
    # A browser's report is unverified, so it doesn't count here.
    known = [view.reaches for view in views if view.is_program]
    failing, reaching = known.count(False), known.count(True)
    failing, reaching = (failing, reaching + 1) if we_reach else (failing + 1, reaching)
    is_most = failing > reaching or (failing == reaching and not we_reach)
    return "critical" if is_most else "warning"


def _variant(programs: Sequence[View]) -> str:
    first = programs[0]
    if (
        any(o.status in _REFUSED for o in first.results_for("site"))
        or first.cause == "http.forbidden"
    ):
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
    theirs = [
        address for view in named for o in view.results_for("site") for address in o.addresses
    ]
    return make_finding(
        "net.regional_fault",
        evidence.target.host_display,
        ids(observation for view in views for observation in view.results_for("site", "image")),
        severity=severity,
        variant=variant,
        places=", ".join(places[:_MAX_PLACES]),
        theirs=", ".join(dict.fromkeys(theirs)),
        addresses=", ".join(evidence.addresses),
        count=len(views),
    )
