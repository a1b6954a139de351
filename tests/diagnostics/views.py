"""Other vantages' observations made up for rules: what each said about one site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from diagnostics import Failure, Observation, Target, VantageObservation, read_target
from diagnostics.observations import Certificate, DnsObservation, HttpObservation, TlsObservation
from diagnostics.observations.network import TcpObservation
from diagnostics.rules import Evidence, Verdict, conclude

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOST, A, SIX = "shop.example", "192.0.2.7", "2001:db8::7"
FAILED, TIMED_OUT = Failure.FETCH_FAILED, Failure.FETCH_TIMED_OUT
STALLED, ALTERED = Failure.FETCH_STALLED, Failure.FETCH_ALTERED


def seen(asked: str, failure: Failure | None = None, **more: Any) -> VantageObservation:
    """What one vantage saw of one request; by default the customer's browser at home."""
    viewer = more.pop("viewer", "browser-1")
    facts: dict[str, Any] = {
        "id": f"vantage-{viewer}-{asked}-{more.get('url', '')}",
        "started_at": NOW,
        "duration_s": 8.0 if failure is TIMED_OUT else 0.1,
        "failure": failure,
        "viewer": viewer,
        "vantage": viewer.partition("-")[0],
        "asked": asked,
        "url": f"https://{HOST}/",
        "network": "198.51.100.0/24",
    }
    return VantageObservation(**(facts | more))


def by_address(failure: Failure | None, address: str = A, scheme: str = "https") -> Observation:
    host = f"[{address}]" if ":" in address else address
    return seen("address", failure, url=f"{scheme}://{host}/")


def port(failure: Failure | None, number: int = 8443) -> Observation:
    return seen("port", failure, url=f"https://{HOST}:{number}/")


def own(failure: Failure | None = None) -> Observation:
    return seen("own", failure, url="https://help.example/")


def mobile(failure: Failure | None = None, **more: Any) -> Observation:
    """The customer's own second try, from another network."""
    return seen("site", failure, viewer="browser-2", network="203.0.113.0/24", **more)


def friend(failure: Failure | None = None, number: int = 1, network: str = "") -> Observation:
    network = network or f"10.{number}.0.0/24"
    return seen("site", failure, viewer=f"friend-{number}", network=network)


def worker(verdict: str = "healthy", place: str = "Oslo", **more: Any) -> Observation:
    """A worker of the operator's whose own network a control showed to work."""
    where = {"viewer": f"worker-{place}", "network": "", "place": place}
    cause = "net.host_unreachable" if verdict == "fault" else None
    facts = {"verdict": verdict, "cause": cause, "control": "works"}
    return seen("site", **(where | facts | more))


def probe(
    failure: Failure | None = None, place: str = "Riga, LV", number: int = 1, **more: Any
) -> Observation:
    """A public probe of Globalping: `number` tells probes and their networks apart."""
    viewer = f"globalping-{place}-{number}"
    where = {"viewer": viewer, "network": f"AS{number}", "place": place}
    status = None if failure else 200
    return seen("site", failure, **(where | {"status": status} | more))


def works(
    *, days: int = 60, size: int = 900, addresses: tuple[str, ...] = (A,), **page: Any
) -> Iterator[Observation]:
    """The site as our own server measures it: it works."""
    leaf = Certificate(
        subject=HOST,
        issuer="Root",
        names=(HOST,),
        not_before=NOW - timedelta(days=30),
        not_after=NOW + timedelta(days=days),
        is_self_signed=False,
        sha256="00",
    )
    at: dict[str, Any] = {"started_at": NOW, "duration_s": 0.05}
    yield from _lookups(addresses, at)
    for address in addresses:
        place: dict[str, Any] = {"address": address, "port": 443, "host": HOST}
        yield TcpObservation(id=f"tcp-443@{address}", **at, **place)
        yield TlsObservation(
            id=f"tls-443@{address}",
            **at,
            **place,
            version="TLSv1.3",
            chain=(leaf,),
            needed=(0,),
            name_matches=True,
            is_trusted=True,
        )
        facts = {"status": 200, "body_size_bytes": size, "body_is_whole": True, "way": "https"}
        whole = at | place | {"url": f"https://{HOST}/", "title": "Shop"} | facts
        yield HttpObservation(id=f"https-1@{address}", **(whole | page))


def is_down(failure: Failure = Failure.TCP_SILENT) -> list[Observation]:
    """The site as our own server measures it: no answer at its port."""
    at: dict[str, Any] = {"started_at": NOW, "duration_s": 3.0}
    contacts = [
        TcpObservation(
            id=f"tcp-{number}@{A}", **at, address=A, port=number, host=HOST, failure=failure
        )
        for number in (80, 443)
    ]
    return [*_lookups((A,), at), *contacts]


def _lookups(addresses: tuple[str, ...], at: dict[str, Any]) -> Iterator[Observation]:
    for kind, is_six in (("A", False), ("AAAA", True)):
        records = tuple(address for address in addresses if (":" in address) is is_six)
        failure = None if records else Failure.DNS_NO_DATA
        facts: dict[str, Any] = {
            "name": HOST,
            "record_type": kind,
            "records": records,
            "failure": failure,
        }
        yield DnsObservation(id=f"dns-{kind.lower()}", **at, **facts)


def target() -> Target:
    return read_target(f"https://{HOST}/").target


def concluded(*observations: Observation) -> tuple[Verdict, list[str]]:
    """The verdict and the codes that follow, the leading one first."""
    verdict, findings = conclude(Evidence(target(), "site", observations))
    return verdict, [finding.code for finding in findings]
