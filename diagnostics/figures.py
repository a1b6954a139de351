"""What is better seen than read: echoes with losses, the phases of a request, a name's way."""

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

# Where a picture says more than the words do; elsewhere there is none.
_OF_ECHOES: Final = frozenset({"net.packet_loss", "net.high_latency"})
_OF_PHASES: Final = frozenset(
    {"http.gateway_timeout", "http.slow", "http.timeout", "http.truncated", "net.mtu_blackhole"}
    | {"tcp.filtered", "tcp.no_answer", "tcp.reset", "tls.handshake_failed"}
)
_OUR_SIDE: Final = frozenset({"dns.resolver_unreachable"})
_MOST_ALIASES, _MOST_SERVERS = 3, 4
_LEAST_STATIONS: Final = 3  # a name and its address are a sentence, not a way
_NOTES: Final[dict[Failure | None, StationNote]] = {
    Failure.DNS_SERVER_SILENT: "silent",
    Failure.DNS_SERVER_MISSING: "missing",
}
_LEAST_S: Final = 0.0005  # less is the resolver's memory or this very machine

_OF_FINDING: Final = ("code", "severity", "layer", "subject", "fixer", "evidence", "symptom")
_OF_REPORT: Final = ("verdict", "observations", "started_at", "duration_s")

PhaseState = Literal["done", "slow", "failed"]
StationKind = Literal["name", "alias", "parent", "server", "address"]
StationNote = Literal["", "silent", "missing", "lame", "denies"]


class RoundTrips(NamedTuple):
    """Echo requests to one address and the times of those that came back."""

    sent: int
    received: int
    shortest_s: float | None
    median_s: float | None
    longest_s: float | None


class PhaseTime(NamedTuple):
    """One phase of a request; of a failed one, how long we waited in it."""

    phase: Phase
    seconds: float
    state: PhaseState


class NameStation(NamedTuple):
    """
    One station on the way from a name to its address; an empty text: there is nothing.

    `note` is what is the matter with a name server: it doesn't answer, has no address itself, does
    not know the domain, or denies the name.
    """

    kind: StationKind
    text: str
    is_good: bool
    note: StationNote = ""


class Figures(NamedTuple):
    """The pictures of a report's cause; each may be missing."""

    round_trips: RoundTrips | None = None
    phases: tuple[PhaseTime, ...] = ()
    name_way: tuple[NameStation, ...] = ()


def is_drawn(code: str) -> bool:
    """Whether a cause has a picture at all, so that its report is worth reading for one."""
    return code in _OF_ECHOES | _OF_PHASES or code.startswith("dns.")


def figures_of(report: Report) -> Figures:
    """Return what can be drawn of the root cause; nothing where words say it as well."""
    if not report.findings:
        return Figures()
    cause = report.findings[0]
    if cause.code in _OF_ECHOES:
        return Figures(round_trips=_round_trips(report.observations))
    if cause.code in _OF_PHASES:
        phases = tuple(_phases(report, cause.evidence))
        return Figures(phases=phases if len(phases) > 1 else ())
    if cause.layer == "dns" and cause.code not in _OUR_SIDE and report.kind == "site":
        way = tuple(_name_way(report))
        is_unremarkable = len(way) < _LEAST_STATIONS or all(station.is_good for station in way)
        return Figures(name_way=() if is_unremarkable else way)
    return Figures()


def figures_of_contract(contract: Mapping[str, Any]) -> Figures:
    """
    Return what `figures_of` does, of a report as `intake diagnose --json` prints it.

    Raises:
        ValidationError: it isn't one, or of another version.
    """
    asked, findings = contract["target"], contract["findings"][:1]
    kept = {
        name: asked[name] for name in ("input", "host", "host_display", "scheme", "port", "path")
    }
    report = {
        "target": kept | {"kind": _host_kind(asked["host"])},
        "kind": asked["kind"],
        "addresses": asked["addresses"],
        "findings": [
            {name: value for name, value in finding.items() if name in _OF_FINDING}
            for finding in findings
        ],
        **{name: contract[name] for name in _OF_REPORT},
    }
    return figures_of(Report.model_validate(report))


def _host_kind(host: str) -> str:
    address = as_address(host)
    return "domain" if address is None else f"ipv{address.version}"


def _round_trips(observations: Iterable[Observation]) -> RoundTrips | None:
    """The pings of the address that lost most."""
    pings = [o for o in observations if isinstance(o, PingObservation) and o.sent]
    if not pings:
        return None
    worst = max(pings, key=lambda ping: (ping.loss_ratio or 0, ping.rtt_median_s or 0))
    return RoundTrips(
        worst.sent, worst.received, worst.rtt_min_s, worst.rtt_median_s, worst.rtt_max_s
    )


def _phases(report: Report, evidence: tuple[str, ...]) -> Iterator[PhaseTime]:
    """Each phase in its order, as far as the request came."""
    known = Evidence(report.target, report.kind, report.observations)
    by_id = {observation.id: observation for observation in report.observations}
    seen = [by_id[name] for name in evidence if name in by_id]
    pages = [o for o in seen if isinstance(o, HttpObservation) and not o.by_address]
    if pages:
        page = pages[0]
        taken = whole_phases(known, page)
        failed: Phase = "first_byte" if page.first_byte_s is None else "body"
        is_cut = page.failure is not None or page.body_is_cut_by_time
        waited_s = page.duration_s - (page.first_byte_s or 0.0)
    else:
        broken = next((o for o in seen if isinstance(o, TcpObservation | TlsObservation)), None)
        if broken is None:
            return
        page = _request_after(broken)
        taken = whole_phases(known, page)
        failed = "handshake" if isinstance(broken, TlsObservation) else "connection"
        is_cut, waited_s = True, broken.duration_s
    for phase, seconds in taken.items():
        if is_cut and phase == failed:
            yield PhaseTime(phase, waited_s, "failed")
            return
        if seconds >= _LEAST_S:
            yield PhaseTime(phase, seconds, "slow" if is_slow(phase, seconds) else "done")


def _request_after(broken: TcpObservation | TlsObservation) -> HttpObservation:
    """The request that was to follow, for the phases before it."""
    return HttpObservation(
        id=broken.id,
        started_at=broken.started_at,
        duration_s=broken.duration_s,
        address=broken.address,
        url="",
        host=broken.host,
        port=broken.port,
    )


def _name_way(report: Report) -> Iterator[NameStation]:
    """The name, where it points, who was asked for it, and what came of it."""
    yield NameStation("name", report.target.host_display, is_good=True)
    lookups = [o for o in report.observations if isinstance(o, DnsObservation)]
    own = [o for o in lookups if o.name == report.target.host]
    aliases = dict.fromkeys(alias for lookup in own for alias in lookup.aliases)
    for alias in list(aliases)[:_MOST_ALIASES]:
        yield NameStation("alias", alias, is_good=True)
    for delegation in report.observations:
        if isinstance(delegation, DelegationObservation) and delegation.parent is not None:
            is_known = bool(delegation.servers)
            yield NameStation("parent", delegation.zone if is_known else "", is_good=is_known)
            break
    # Of aliases that never end no server is at fault.
    if report.findings[0].code != "dns.cname_loop":
        yield from _servers(report.observations)
    records = [record for lookup in own for record in (*lookup.records, *lookup.forbidden)]
    # The cause is about the name's way: with records it is they that are wrong.
    is_led = bool(records) and not _is_about_records(report)
    yield NameStation("address", ", ".join(dict.fromkeys(records)), is_good=is_led)


def _is_about_records(report: Report) -> bool:
    return report.findings[0].code in {
        *("dns.private_address", "dns.wrong_address", "dns.stale_address"),
        *("dns.https_record_stale", "dns.inconsistent"),
    }


def _servers(observations: Iterable[Observation]) -> Iterator[NameStation]:
    """The name servers that were asked themselves, those that fail first."""
    asked: dict[str, NameStation] = {}
    for seen in observations:
        if isinstance(seen, AuthorityObservation):
            before = asked.get(seen.server)
            if before is None or before.is_good:
                note = _note_of(seen)
                asked[seen.server] = NameStation("server", seen.server, not note, note)
    yield from sorted(asked.values(), key=lambda station: station.is_good)[:_MOST_SERVERS]


def _note_of(seen: AuthorityObservation) -> StationNote:
    if seen.is_answer:
        return "" if seen.answer else "denies"
    return _NOTES.get(seen.failure, "lame")
