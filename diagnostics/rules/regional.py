"""Rules about places: what is reached from some networks and not from others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.views import View, views_of

_WITNESSES = 2  # a browser's word is unverified, so it takes two networks


@concludes("net.regional_fault")
def only_others_reach(evidence: Evidence) -> Iterator[Finding]:
    """
    Our server fails to reach what another vantage reaches: a fault between networks.

    Routing is each network's own policy (RFC 4271, section 3.2), so a fault may show from some
    networks alone. One program of the operator's is enough; browsers must be two, in two networks.
    """
    reaching = [view for view in views_of(evidence) if view.reaches]
    if _are_witnesses(reaching):
        yield _regional(evidence, reaching, reaching, variant="not-from-us", severity="critical")


@concludes("net.regional_fault")
def some_places_fail(evidence: Evidence) -> Iterator[Finding]:
    """
    Our server reaches what other vantages don't: a fault, or a block, between networks.

    A provider on the way may refuse by place (RFC 7725, section 3) or drop silently. One program of
    the operator's is enough; browsers must be two, in two networks.
    """
    failing = [view for view in views_of(evidence) if view.reaches is False]
    if not _are_witnesses(failing):
        return
    programs = [view for view in failing if view.is_program]
    variant = "" if programs else "browsers"
    yield _regional(evidence, failing, programs or failing, variant=variant)


def _are_witnesses(views: Sequence[View]) -> bool:
    networks = {view.network for view in views}
    return any(view.is_program for view in views) or len(networks) >= _WITNESSES


def _regional(
    evidence: Evidence,
    views: Sequence[View],
    named: Sequence[View],
    *,
    variant: str,
    severity: Severity = "warning",
) -> Finding:
    places = ", ".join(dict.fromkeys(view.place for view in named))
    return make_finding(
        "net.regional_fault",
        evidence.target.host_display,
        ids(observation for view in views for observation in view.of("site", "image")),
        severity=severity,
        variant=variant,
        places=places,
        count=len(views),
    )
