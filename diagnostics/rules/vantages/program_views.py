"""Decide whether a failure that a program elsewhere saw is due to its place or to the program."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from diagnostics.observations import VantageObservation

# A worker's findings about itself, which tell nothing about the target.
_OWN_SIDE_CODES: Final = {"net.vantage_offline", "dns.resolver_unreachable"}
# A worker's own root certificates or clock may make its findings differ from ours.
_CERTIFICATE_CODES: Final = {
    *("tls.untrusted_issuer", "tls.incomplete_chain", "tls.obsolete_protocol"),
    *("tls.expired", "tls.not_yet_valid", "tls.clock_differs"),
}
# Web server's failures that depend on the visitor's place or path. Other ones are temporary, and
# depend on the place only if another server answers there.
_REGIONAL_HTTP_CODES: Final = {"http.forbidden", "http.timeout", "http.truncated"}
_REGIONAL_LAYERS: Final = {"dns", "net", "tcp", "tls"}
# High latency isn't one of them: distance alone causes it.
_HAMPERING_CODES: Final = {
    *("net.packet_loss", "net.mtu_blackhole", "net.ipv6_broken", "net.ipv4_broken"),
}
_REFUSED: Final = {
    *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS),
}


def program_reaches(
    observation: VantageObservation, *, leads_elsewhere: bool, program_passes: bool
) -> bool | None:
    """
    Check whether the site answered a program; None if a failure may be the program's own.

    A worker's failure counts only if a control proved that its own network works.
    `leads_elsewhere` tells that the name has none of our addresses there. A public probe has no
    control: its failure counts only if the same program works at another place (`program_passes`).
    """
    if observation.verdict is not None:
        return _worker_reaches(observation, leads_elsewhere=leads_elsewhere)
    if observation.failure is not None:
        return None if observation.failure.is_ours or not program_passes else False
    status = observation.status or 0
    # RFC 7725: "unavailable for legal reasons" is sent on purpose to visitors from a place.
    if status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return False
    # Sites refuse programs by their User-Agent; it is the place only if they serve it elsewhere.
    if status in _REFUSED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return False if program_passes else None
    return True


def is_hampered(observation: VantageObservation) -> bool:
    """Check whether a worker gets the page, but loses packets or a whole address family."""
    return (
        observation.verdict == "degraded"
        and observation.control == "works"
        and observation.cause in _HAMPERING_CODES
    )


def _worker_reaches(observation: VantageObservation, *, leads_elsewhere: bool) -> bool | None:
    if observation.verdict == "inconclusive" or observation.cause in _OWN_SIDE_CODES:
        return None
    if observation.verdict != "fault":
        return True
    cause = observation.cause or ""
    is_regional = cause in _REGIONAL_HTTP_CODES or (
        cause.partition(".")[0] in _REGIONAL_LAYERS and cause not in _CERTIFICATE_CODES
    )
    return False if observation.control == "works" and (is_regional or leads_elsewhere) else None
