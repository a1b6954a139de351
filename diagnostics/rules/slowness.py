"""The rule about slowness: that it is slow, and in which phase the time goes by."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding
from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.page_finding import page_finding
from diagnostics.rules.ways import Way

_SLOW_S = 3.0
_QUICK_S = 1.0
_SLOW_BODY_S = 5.0  # long pages may take a while
_SLOW_REDIRECTS_S = 6.0  # all of them together


@concludes("http.slow")
def page_is_slow(evidence: Evidence) -> Iterator[Finding]:
    """
    The page comes, and one phase of it takes more than three seconds, its body more than five.

    The phases: the name, the connection, the handshake, the first byte, the page's body, and all
    redirects together. No standard draws these lines (RFC 9112, section 9.5, leaves time limits to
    each side). Of several phases the longest is named. A late first byte is told apart by a repeat
    of the request, and by a file that was asked for by the server's address.
    """
    for way in evidence.ways:
        seen = {page.id: page for page in (*evidence.first_pages(way), *evidence.chain(way).pages)}
        pages = [page for page in seen.values() if page.failure is None and page.status is not None]
        slow = [(page, *longest) for page in pages if (longest := _longest(evidence, page))]
        chain = [page for page in evidence.chain(way).pages if page.failure is None]
        total_s = sum(page.duration_s for page in chain)
        if slow:
            page, phase, seconds = max(slow, key=lambda row: row[2])
            yield _finding(evidence, way, [page], phase, seconds)
        elif len(chain) > 1 and total_s > _SLOW_REDIRECTS_S:
            yield _finding(evidence, way, chain, "redirects", total_s)


def _finding(
    evidence: Evidence, way: Way, pages: list[HttpObservation], phase: str, seconds: float
) -> Finding:
    page = pages[-1]
    variant, others = phase, dict[str, float]()
    if phase == "first_byte":
        variant, others = _compare(evidence, page)
    elif phase == "body" and page.body_is_cut_by_time:
        variant = "unfinished"
    finding = page_finding(
        *("http.slow", evidence, way, pages),
        seconds=round(seconds, 1),
        phase=phase,
        variant=variant,
        kilobytes=round((page.body_size_bytes or 0) / 1024),
    )
    return finding.model_copy(update={"parameters": finding.parameters | others})


def _compare(evidence: Evidence, page: HttpObservation) -> tuple[str, dict[str, float]]:
    """Tell a late first byte by what else was asked of the same address at the same time."""
    same = [p for p in evidence.small if isinstance(p, HttpObservation) and p.url == page.url]
    again = [p.first_byte_s for p in same if p.address == page.address and p.first_byte_s]
    if again and min(again) < _QUICK_S:
        return "at_times", {"again_seconds": round(min(again), 1)}
    files = [p.first_byte_s for p in evidence.by_address if p.address == page.address]
    slow_files = [taken for taken in files if taken and taken > _SLOW_S]
    if slow_files:
        return "whole_server", {"file_seconds": round(max(slow_files), 1)}
    return "first_byte", {}


def _longest(evidence: Evidence, page: HttpObservation) -> tuple[str, float] | None:
    """Return the longest of the phases that are slow, and its seconds."""
    phases = {
        "name": (_name_s(evidence, page), _SLOW_S),
        "connection": (_connection_s(evidence, page), _SLOW_S),
        "handshake": (_handshake_s(evidence, page), _SLOW_S),
        "first_byte": (page.first_byte_s or 0.0, _SLOW_S),
        "body": (page.body_s or 0.0, _SLOW_BODY_S),
    }
    slow = {phase: taken for phase, (taken, limit) in phases.items() if taken > limit}
    if page.body_is_cut_by_time:
        slow["body"] = page.body_s or 0.0
    return max(slow.items(), key=lambda row: row[1]) if slow else None


def _name_s(evidence: Evidence, page: HttpObservation) -> float:
    """How long it took to learn any address: browsers wait no longer (RFC 8305, section 3)."""
    lookups = [o.duration_s for o in evidence.lookups_of(page.host) if o.records]
    return min(lookups, default=0.0)


def _connection_s(evidence: Evidence, page: HttpObservation) -> float:
    contacts = [c for c in evidence.contacts_of(page.host, page.port) if c.address == page.address]
    return max((c.duration_s for c in contacts if c.failure is None and not c.greeting), default=0)


def _handshake_s(evidence: Evidence, page: HttpObservation) -> float:
    key = (page.host, page.port, page.address)
    own = [o for o in evidence.handshakes if (o.host, o.port, o.address) == key]
    return max((o.duration_s for o in own if o.failure is None), default=0.0)
