"""Data for charts of a report: ping times and losses, phases of a request, path of a DNS name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from diagnostics.failures import Failure
from diagnostics.observations import (
    AuthorityObservation,
    DelegationObservation,
    DnsObservation,
    HttpObservation,
    Observation,
    Phase,
    PingObservation,
    TcpObservation,
    TlsObservation,
)
from diagnostics.report import Report
from diagnostics.rules import Evidence
from diagnostics.rules.phases import is_slow, whole_phases
from diagnostics.targets import as_address

# Only causes that a chart explains better than the text have one.
_ROUND_TRIP_CODES: Final = frozenset({"net.packet_loss", "net.high_latency"})
_PHASE_CODES: Final = frozenset(
    {"http.gateway_timeout", "http.slow", "http.timeout", "http.truncated", "net.mtu_blackhole"}
    | {"tcp.filtered", "tcp.no_answer", "tcp.reset", "tls.handshake_failed"}
)
_OWN_RESOLVER_CODES: Final = frozenset({"dns.resolver_unreachable"})
_MAX_ALIASES, _MAX_SERVERS = 3, 4
_MIN_STATIONS: Final = 3  # a name and its address alone need no chart
_NOTES: Final[dict[Failure | None, StationNote]] = {
    Failure.DNS_SERVER_SILENT: "silent",
    Failure.DNS_SERVER_MISSING: "missing",
}
_MIN_PHASE_S: Final = 0.0005  # shorter ones are answered from a cache or by this machine

_FINDING_KEYS: Final = ("code", "severity", "layer", "subject", "fixer", "evidence", "symptom")
_REPORT_KEYS: Final = ("verdict", "observations", "started_at", "duration_s")

PhaseState = Literal["done", "slow", "failed"]
StationKind = Literal["name", "alias", "parent", "server", "address"]
StationNote = Literal["", "silent", "missing", "lame", "denies"]


class RoundTrips(NamedTuple):
    """Echo requests to one address: how many were answered, and their round-trip times."""

    sent: int
    received: int
    shortest_s: float | None
    median_s: float | None
    longest_s: float | None


class PhaseTime(NamedTuple):
    """One phase of a request and its duration; for a failed phase, how long we waited."""

    phase: Phase
    seconds: float
    state: PhaseState


class NameStation(NamedTuple):
    """
    One step of the resolution of a name. `text` is "" if the step has no result.

    `note` is a name server's fault: "silent" doesn't answer, "missing" has no address, "lame"
    doesn't serve the domain, "denies" answers that the name doesn't exist.
    """

    kind: StationKind
    text: str
    is_good: bool
    note: StationNote = ""


class Figures(NamedTuple):
    """Data for the chart of a report's root cause; all empty if the cause has no chart."""

    round_trips: RoundTrips | None = None
    phases: tuple[PhaseTime, ...] = ()
    name_way: tuple[NameStation, ...] = ()


def is_drawn(code: str) -> bool:
    """Whether a cause may have a chart, so that its report has to be loaded."""
    return code in _ROUND_TRIP_CODES | _PHASE_CODES or code.startswith("dns.")


def figures_of(report: Report) -> Figures:
    """Return the chart data of the root cause; empty if a text says as much."""
    if not report.findings:
        return Figures()
    cause = report.findings[0]
    if cause.code in _ROUND_TRIP_CODES:
        return Figures(round_trips=_round_trips(report.observations))
    if cause.code in _PHASE_CODES:
        phases = tuple(_phases(report, cause.evidence))
        return Figures(phases=phases if len(phases) > 1 else ())
    if cause.layer == "dns" and cause.code not in _OWN_RESOLVER_CODES and report.kind == "site":
        stations = tuple(_resolution_stations(report))
        is_plain = len(stations) < _MIN_STATIONS or all(station.is_good for station in stations)
        return Figures(name_way=() if is_plain else stations)
    return Figures()


def figures_of_contract(contract: Mapping[str, Any]) -> Figures:
    """
    Return the chart data of a report in the form that `intake diagnose --json` prints.

    Raises:
        ValidationError: it isn't such a report, or one of another version.
    """
    target, findings = contract["target"], contract["findings"][:1]
    target_fields = {
        name: target[name] for name in ("input", "host", "host_display", "scheme", "port", "path")
    }
    report = {
        "target": target_fields | {"kind": _host_kind(target["host"])},
        "kind": target["kind"],
        "addresses": target["addresses"],
        "findings": [
            {name: value for name, value in finding.items() if name in _FINDING_KEYS}
            for finding in findings
        ],
        **{name: contract[name] for name in _REPORT_KEYS},
    }
    return figures_of(Report.model_validate(report))


def _host_kind(host: str) -> str:
    address = as_address(host)
    return "domain" if address is None else f"ipv{address.version}"


def _round_trips(observations: Iterable[Observation]) -> RoundTrips | None:
    """Return the ping results of the address with the highest loss, then the longest median."""
    pings = [o for o in observations if isinstance(o, PingObservation) and o.sent]
    if not pings:
        return None
    worst = max(pings, key=lambda ping: (ping.loss_ratio or 0, ping.rtt_median_s or 0))
    return RoundTrips(
        worst.sent, worst.received, worst.rtt_min_s, worst.rtt_median_s, worst.rtt_max_s
    )


def _phases(report: Report, evidence: tuple[str, ...]) -> Iterator[PhaseTime]:
    """Yield the phases in order, up to the one in which the request failed."""
    all_evidence = Evidence(report.target, report.kind, report.observations)
    by_id = {observation.id: observation for observation in report.observations}
    observations = [by_id[name] for name in evidence if name in by_id]
    pages = [o for o in observations if isinstance(o, HttpObservation) and not o.by_address]
    if pages:
        page = pages[0]
        durations = whole_phases(all_evidence, page)
        failed: Phase = "first_byte" if page.first_byte_s is None else "body"
        is_cut = page.failure is not None or page.body_is_cut_by_time
        waited_s = page.duration_s - (page.first_byte_s or 0.0)
    else:
        broken = next(
            (o for o in observations if isinstance(o, TcpObservation | TlsObservation)), None
        )
        if broken is None:
            return
        page = _planned_request(broken)
        durations = whole_phases(all_evidence, page)
        failed = "handshake" if isinstance(broken, TlsObservation) else "connection"
        is_cut, waited_s = True, broken.duration_s
    for phase, seconds in durations.items():
        if is_cut and phase == failed:
            yield PhaseTime(phase, waited_s, "failed")
            return
        if seconds >= _MIN_PHASE_S:
            yield PhaseTime(phase, seconds, "slow" if is_slow(phase, seconds) else "done")


def _planned_request(broken: TcpObservation | TlsObservation) -> HttpObservation:
    """Return the request that would have followed; `whole_phases` needs one to name the phases."""
    return HttpObservation(
        id=broken.id,
        started_at=broken.started_at,
        duration_s=broken.duration_s,
        address=broken.address,
        url="",
        host=broken.host,
        port=broken.port,
    )


def _resolution_stations(report: Report) -> Iterator[NameStation]:
    """Yield the name, its aliases, the delegation, the name servers asked, and the addresses."""
    yield NameStation("name", report.target.host_display, is_good=True)
    lookups = [o for o in report.observations if isinstance(o, DnsObservation)]
    own = [o for o in lookups if o.name == report.target.host]
    aliases = dict.fromkeys(alias for lookup in own for alias in lookup.aliases)
    for alias in list(aliases)[:_MAX_ALIASES]:
        yield NameStation("alias", alias, is_good=True)
    for delegation in report.observations:
        if isinstance(delegation, DelegationObservation) and delegation.parent is not None:
            is_known = bool(delegation.servers)
            yield NameStation("parent", delegation.zone if is_known else "", is_good=is_known)
            break
    # If aliases form a loop, no name server is at fault.
    if report.findings[0].code != "dns.cname_loop":
        yield from _servers(report.observations)
    records = [record for lookup in own for record in (*lookup.records, *lookup.forbidden)]
    is_right = bool(records) and not _has_wrong_records(report)
    yield NameStation("address", ", ".join(dict.fromkeys(records)), is_good=is_right)


def _has_wrong_records(report: Report) -> bool:
    return report.findings[0].code in {
        *("dns.private_address", "dns.wrong_address", "dns.stale_address"),
        *("dns.https_record_stale", "dns.inconsistent"),
    }


def _servers(observations: Iterable[Observation]) -> Iterator[NameStation]:
    """Yield the name servers that were asked directly, failing ones first."""
    stations: dict[str, NameStation] = {}
    for observation in observations:
        if isinstance(observation, AuthorityObservation):
            server = observation.server
            known = stations.get(server)
            if known is None or known.is_good:
                note = _note_of(observation)
                stations[server] = NameStation("server", server, not note, note)
    yield from sorted(stations.values(), key=lambda station: station.is_good)[:_MAX_SERVERS]


def _note_of(observation: AuthorityObservation) -> StationNote:
    if observation.is_answer:
        return "" if observation.answer else "denies"
    return _NOTES.get(observation.failure, "lame")
