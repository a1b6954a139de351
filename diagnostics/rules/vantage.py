"""Rules about where one looks from: what fails on our own side, and what fails in some places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.failures import HOST_ANSWERED, Failure
from diagnostics.observations import ControlObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids, place
from diagnostics.rules.views import View, views_of

_WITNESSES = 2  # a browser's word is unverified, so it takes two networks
_TELLS_NOTHING = {  # the control itself is no good, or there was no time for it
    *(Failure.TARGET_FORBIDDEN, Failure.VANTAGE_NO_TIME, Failure.VANTAGE_NOT_PERMITTED),
    *(Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA, Failure.DNS_CNAME_LOOP),
}


@concludes("net.vantage_offline")
def nothing_answers_us(evidence: Evidence) -> Iterator[Finding]:
    """
    Neither the target nor any control (`INTAKE_CONTROL`) answers: our own connection fails.

    A control that takes a connection or refuses it (RFC 9293, section 3.10.7.1) proves that ours
    works, and so does any other answer from outside.
    """
    controls = [
        observation
        for observation in evidence.observations
        if isinstance(observation, ControlObservation) and observation.failure not in _TELLS_NOTHING
    ]
    if not controls or any(control.failure in HOST_ANSWERED for control in controls):
        return
    if not any(observation.is_life for observation in evidence.observations):
        names = ", ".join(place(control.host, control.port) for control in controls)
        subject = evidence.target.host_display
        yield make_finding("net.vantage_offline", subject, ids(controls), controls=names)


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
