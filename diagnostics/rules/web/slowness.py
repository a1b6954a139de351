"""Rules about slow pages: which phase is slow, in how many tries, and at which addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import HttpObservation, LoadTimeObservation, Phase
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, host_with_port, ids
from diagnostics.rules.pages.page_finding import page_finding
from diagnostics.rules.phases import is_slow, load_times, phases_of_page, phases_of_try
from diagnostics.rules.ways import Way

_QUICK_S = 1.0
_SLOW_REDIRECTS_S = 6.0  # all of them together
_AS_SLOW = 0.5  # a control that takes this share of the target's time is as slow


class SlowPage(NamedTuple):
    """A page with the longest of its slow phases."""

    page: HttpObservation
    phase: Phase
    seconds: float


class _Tries(NamedTuple):
    """The seconds of one phase of a page in each try, with the first request as one of them."""

    seconds: list[float]
    slow: int
    observations: list[LoadTimeObservation]


@concludes("http.slow")
def page_is_slow(evidence: Evidence) -> Iterator[Finding]:
    """
    One phase of opening the page takes more than three seconds, or its body more than five.

    The phases are the name, the connection, the handshake, the first byte, the body, and all
    redirects together. These limits are not from a standard (RFC 9112, section 9.5, leaves them to
    each side). The longest slow phase is reported; round trips to the server (RFC 2681) are
    subtracted. A slow page is opened three times, each over a new connection, and compared with the
    target's other addresses and with a file requested by the server's address. If a control
    (`INTAKE_CONTROL`) is as slow, this isn't concluded.
    """
    for way in evidence.ways:
        slow = _slow_pages(evidence, way)
        chain = [page for page in evidence.chain(way).pages if page.failure is None]
        total_s = sum(page.duration_s for page in chain)
        if slow:
            slowest = max(slow, key=lambda row: row.seconds)
            if not _slow_controls(evidence, slowest):
                yield _finding(evidence, way, slowest)
        elif len(chain) > 1 and total_s > _SLOW_REDIRECTS_S:
            yield page_finding(
                *("http.slow", evidence, way, chain),
                seconds=round(total_s, 1),
                phase="redirects",
                variant="redirects",
            )


@concludes("net.vantage_slow")
def our_side_is_slow(evidence: Evidence) -> Iterator[Finding]:
    """
    The same phase is as slow at every control (`INTAKE_CONTROL`), so the reason is on our side.

    The target's speed is unknown then: a measurement between two ends (RFC 2681) can't tell which
    of them is slow.
    """
    slowest = slowest_page(evidence)
    controls = _slow_controls(evidence, slowest) if slowest else []
    if slowest and controls:
        names = ", ".join(host_with_port(control.host, control.port) for control in controls)
        yield make_finding(
            "net.vantage_slow",
            evidence.target.host_display,
            (slowest.page.id, *ids(controls)),
            controls=names,
            seconds=round(slowest.seconds, 1),
        )


def slowest_page(evidence: Evidence) -> SlowPage | None:
    """Return the page with the slowest phase of all; None if none is slow."""
    slow = [row for way in evidence.ways for row in _slow_pages(evidence, way)]
    return max(slow, key=lambda row: row.seconds, default=None)


def count_tries(evidence: Evidence, slow: SlowPage) -> int:
    """Return how many tries measured the page's slow phase, the first request included."""
    return len(_tries(evidence, slow).seconds)


def _slow_pages(evidence: Evidence, way: Way) -> list[SlowPage]:
    """Return the slow pages of a way: of its redirects, and the first page at each address."""
    seen = {page.id: page for page in (*evidence.first_pages(way), *evidence.chain(way).pages)}
    pages = [page for page in seen.values() if page.failure is None and page.status is not None]
    return [slow for page in pages if (slow := _slow_phase(evidence, page))]


def _slow_phase(evidence: Evidence, page: HttpObservation) -> SlowPage | None:
    """Return the page with its longest slow phase; None if no phase is slow."""
    phases = phases_of_page(evidence, page)
    slow = {phase: taken for phase, taken in phases.items() if is_slow(phase, taken)}
    if page.body_is_cut_by_time:
        slow["body"] = page.body_s or 0.0
    if not slow:
        return None
    phase = max(slow, key=lambda name: slow[name])
    return SlowPage(page, phase, slow[phase])


def _tries(evidence: Evidence, slow: SlowPage) -> _Tries:
    """Return the slow phase's seconds in each try; a repeat with small segments may be one."""
    page, phase, _ = slow
    small = [
        p
        for p in evidence.small_segment_repeats
        if isinstance(p, HttpObservation) and p.url == page.url
    ]
    seconds = [slow.seconds]
    if phase == "first_byte":
        seconds += [p.first_byte_s for p in small if p.address == page.address and p.first_byte_s]
    again = [row for row in load_times(evidence) if row.repeats == page.id]
    known = [(row, taken) for row in again if (taken := phases_of_try(row).get(phase)) is not None]
    seconds += [taken for _, taken in known]
    number = sum(is_slow(phase, taken) for taken in seconds[1:]) + 1
    return _Tries(seconds, number, [row for row, _ in known])


def _slow_controls(evidence: Evidence, slow: SlowPage) -> list[LoadTimeObservation]:
    """Return the controls if all that measured the phase are as slow in it; else []."""
    controls = [row for row in load_times(evidence) if row.is_control]
    known = [row for row in controls if slow.phase in phases_of_try(row)]
    as_slow = [row for row in known if phases_of_try(row)[slow.phase] > slow.seconds * _AS_SLOW]
    return as_slow if len(as_slow) == len(known) else []


def _finding(evidence: Evidence, way: Way, slow: SlowPage) -> Finding:
    page, phase, seconds = slow
    tries = _tries(evidence, slow)
    variant, others = str(phase), dict[str, str | float]()
    if phase == "first_byte":
        variant, others = _compare(evidence, page, tries)
    elif phase == "body" and page.body_is_cut_by_time:
        variant = "unfinished"
    works = [p for p in evidence.first_pages(way) if p.status is not None and p.failure is None]
    finding = page_finding(
        *("http.slow", evidence, way, [page]),
        works=[p for p in works if not _slow_phase(evidence, p)] if page.hop == 1 else [],
        seconds=round(seconds, 1),
        phase=phase,
        variant=variant,
        kilobytes=max(1, round((page.body_size_bytes or 0) / 1024)),
    )
    parameters = finding.parameters | _count(tries) | others
    evidence_ids = (*finding.evidence, *ids(tries.observations))
    return finding.model_copy(update={"parameters": parameters, "evidence": evidence_ids})


def _count(tries: _Tries) -> dict[str, str | float]:
    """Return parameters for the number of slow tries; {} after a single try."""
    number = len(tries.seconds)
    if number == 1:
        return {}
    often = "each" if tries.slow == number else "once" if tries.slow == 1 else "some"
    return {
        "tries": number,
        "slow_tries": tries.slow,
        "often": often,
        "again_seconds": max(0.1, round(min(tries.seconds[1:]), 1)),
    }


def _compare(
    evidence: Evidence, page: HttpObservation, tries: _Tries
) -> tuple[str, dict[str, str | float]]:
    """Return variant and parameters of a late first byte: at times, whole server, or this page."""
    if len(tries.seconds) > 1 and min(tries.seconds[1:]) < _QUICK_S:
        return "at_times", {"often": "at_times"}
    files = [p.first_byte_s for p in evidence.by_address if p.address == page.address]
    slow_files = [taken for taken in files if taken and is_slow("first_byte", taken)]
    if slow_files:
        return "whole_server", {"file_seconds": round(max(slow_files), 1)}
    return "first_byte", {}
