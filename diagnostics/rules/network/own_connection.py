"""The rule about our own Internet connection: nothing at all answers us."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import HOST_ANSWERED, Failure
from diagnostics.observations import ControlObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, host_with_port, ids

_UNUSABLE_CONTROL = {  # the control itself doesn't work, or there was no time for it
    *(Failure.TARGET_FORBIDDEN, Failure.VANTAGE_NO_TIME, Failure.VANTAGE_NOT_PERMITTED),
    *(Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA, Failure.DNS_CNAME_LOOP),
}


@concludes("net.vantage_offline")
def nothing_answers_us(evidence: Evidence) -> Iterator[Finding]:
    """
    Neither the target nor any control (`INTAKE_CONTROL`) answers: our own connection fails.

    A control that accepts or refuses a connection (RFC 9293, section 3.10.7.1) proves that ours
    works, and so does any other answer from outside.
    """
    controls = [
        observation
        for observation in evidence.all_of(ControlObservation)
        if observation.failure not in _UNUSABLE_CONTROL
    ]
    if not controls or any(control.failure in HOST_ANSWERED for control in controls):
        return
    if not any(observation.is_life for observation in evidence.observations):
        names = ", ".join(host_with_port(control.host, control.port) for control in controls)
        subject = evidence.target.host_display
        yield make_finding("net.vantage_offline", subject, ids(controls), controls=names)
