"""What a program elsewhere saw, weighed: whether its trouble is of the place or of its own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from diagnostics.observations import VantageObservation

# What a worker concludes about itself: it says nothing of the target.
_OWN_TROUBLE: Final = {"net.vantage_offline", "dns.resolver_unreachable"}
# A store of roots or a clock of its own judges a certificate otherwise than ours does.
_OWN_JUDGEMENT: Final = {
    *("tls.untrusted_issuer", "tls.incomplete_chain", "tls.obsolete_protocol"),
    *("tls.expired", "tls.not_yet_valid", "tls.clock_differs"),
}
# An answer of the web server that depends on the place or the way. Others come and go with the
# moment, and are of the place only where another server answers there.
_PAGES_BY_PLACE: Final = {"http.forbidden", "http.timeout", "http.truncated"}
_BY_PLACE: Final = {"dns", "net", "tcp", "tls"}
# Distance alone makes an answer late.
_HAMPERS: Final = {"net.packet_loss", "net.mtu_blackhole", "net.ipv6_broken", "net.ipv4_broken"}
_REFUSED: Final = {
    *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS),
}


def program_reaches(
    seen: VantageObservation, *, leads_elsewhere: bool, program_passes: bool
) -> bool | None:
    """
    Whether the site answered a program there; None where its trouble may be its own.

    A worker counts against the site only where a control showed it that its own network works
    (`leads_elsewhere`: the name has none of our addresses there). A public probe has no control:
    it counts where the same program got through at another place (`program_passes`).
    """
    if seen.verdict is not None:
        return _worker_reaches(seen, leads_elsewhere=leads_elsewhere)
    if seen.failure is not None:
        return None if seen.failure.is_ours or not program_passes else False
    status = seen.status or 0
    # RFC 7725: unavailable for legal reasons, which is said of a place on purpose.
    if status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return False
    # Sites turn programs away by their name: only where another place lets it in is it the place.
    if status in _REFUSED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return False if program_passes else None
    return True


def is_hampered(seen: VantageObservation) -> bool:
    """Whether a worker gets the page, and packets or a whole family of addresses are lost there."""
    return seen.verdict == "degraded" and seen.control == "works" and seen.cause in _HAMPERS


def _worker_reaches(seen: VantageObservation, *, leads_elsewhere: bool) -> bool | None:
    if seen.verdict == "inconclusive" or seen.cause in _OWN_TROUBLE:
        return None
    if seen.verdict != "fault":
        return True
    cause = seen.cause or ""
    is_of_place = cause in _PAGES_BY_PLACE or (
        cause.partition(".")[0] in _BY_PLACE and cause not in _OWN_JUDGEMENT
    )
    return False if seen.control == "works" and (is_of_place or leads_elsewhere) else None
