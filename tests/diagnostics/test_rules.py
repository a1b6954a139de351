"""Rules on observations alone: each is shown once where it speaks and once where it is silent."""

from __future__ import annotations

import inspect
import pkgutil
import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from ipaddress import ip_address
from typing import Any

import pytest

from diagnostics import (
    CODES,
    MAIL_SYMPTOMS,
    SYMPTOMS,
    Failure,
    Finding,
    Observation,
    finding_text,
    read_target,
    rules,
)
from diagnostics.catalogue.files import load_pages
from diagnostics.observation_summary import summarise
from diagnostics.observations import (
    Certificate,
    DnsObservation,
    HttpObservation,
    PingObservation,
    TcpObservation,
    TlsObservation,
)
from diagnostics.rules import Evidence, conclude
from diagnostics.rules.declaration import all_codes, concluders, declared_functions, own_codes
from diagnostics.rules.pages.page_fingerprints import PAGE_CODES
from diagnostics.rules.rank_order import CLIENT_RULES, RULES
from diagnostics.rules.ranking import reachable
from diagnostics.rules.vantages.regional import (
    only_others_reach,
    some_places_fail,
    some_places_lose,
)

VIEW_RULES = (only_others_reach, some_places_fail, some_places_lose, *CLIENT_RULES)
CONCLUDERS = tuple(concluders([*RULES, *VIEW_RULES, reachable]))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOST, A, B, SIX = "shop.example", "192.0.2.7", "192.0.2.8", "2001:db8::7"


def base(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "started_at": NOW, "duration_s": 0.01} | more


def dns(*records: str, failure: Failure | None = None, **more: Any) -> DnsObservation:
    kind = "AAAA" if records and ":" in records[0] else more.pop("record_type", "A")
    facts: dict[str, Any] = {
        "name": HOST,
        "record_type": kind,
        "records": records,
        "failure": failure,
    } | more
    return DnsObservation(**base(f"dns-{kind.lower()}"), **facts)


def ping(
    address: str = A, sent: int = 5, received: int = 5, failure: Failure | None = None
) -> PingObservation:
    rtt = 0.02 if received else None
    facts: dict[str, Any] = {
        "sent": sent,
        "received": received,
        "rtt_median_s": rtt,
        "failure": failure,
    }
    return PingObservation(**base(f"ping@{address}"), address=address, **facts)


def tcp(port: int, address: str = A, failure: Failure | None = None, **more: Any) -> TcpObservation:
    facts: dict[str, Any] = {
        "address": address,
        "port": port,
        "host": HOST,
        "failure": failure,
    } | more
    return TcpObservation(**base(f"tcp-{port}@{address}"), **facts)


def http(status: int | None = 200, **more: Any) -> HttpObservation:
    scheme = more.pop("scheme", "http")
    hop = more.get("hop", 1)
    facts: dict[str, Any] = {
        "address": A,
        "url": f"{scheme}://{HOST}/",
        "host": HOST,
        "status": status,
    }
    facts |= {"port": 443 if scheme == "https" else 80, "way": scheme, "body_size_bytes": 9}
    return HttpObservation(**(base(f"{scheme}-{hop}@{A}") | facts | more))


def tls(days: int = 60, **more: Any) -> TlsObservation:
    certificate = Certificate(
        subject=HOST,
        issuer="Root",
        names=(HOST,),
        not_before=NOW - timedelta(days=30),
        not_after=NOW + timedelta(days=days),
        is_self_signed=False,
        sha256="0" * 64,
    )
    facts: dict[str, Any] = {"version": "TLSv1.3", "chain": (certificate,), "name_matches": True}
    facts |= {"is_trusted": True, "address": A, "port": 443, "host": HOST}
    return TlsObservation(**(base(f"tls-443@{A}") | facts | more))


def told(
    *seen: Observation, target: str = HOST, kind: Any = "site", expect: tuple[str, ...] = ()
) -> tuple[str, list[str]]:
    expected = tuple(ip_address(one) for one in expect)
    evidence = Evidence(read_target(target).target, kind, tuple(seen), expected)
    verdict, findings = conclude(evidence)
    return verdict, [finding.code for finding in findings]


OPEN = (dns(A), ping(), tcp(80), tcp(443, failure=Failure.TCP_REFUSED))
OK = ("healthy", ["ok.reachable"])

SCENARIOS: list[tuple[str, tuple[Observation, ...], str, list[str]]] = [
    ("a page", (*OPEN, http()), *OK),
    ("nothing measured", (), "inconclusive", []),
    (
        "A is missing, AAAA exists and works",
        (dns(failure=Failure.DNS_NO_DATA), dns(SIX), tcp(80, SIX), http(address=SIX)),
        *OK,
    ),
    (
        "A is missing and AAAA unknown",
        (
            dns(failure=Failure.DNS_NO_DATA),
            dns(failure=Failure.RESOLVER_SILENT, record_type="AAAA"),
        ),
        "inconclusive",
        ["dns.resolver_unreachable"],
    ),
    (
        "IPv6 is broken",
        (
            dns(A),
            dns(SIX),
            tcp(80),
            http(),
            tcp(80, SIX, Failure.TCP_SILENT),
            tcp(443, failure=Failure.TCP_REFUSED),
        ),
        "degraded",
        ["net.ipv6_broken"],
    ),
    (
        "IPv6 fails on our side",
        (dns(A), dns(SIX), tcp(80), http(), tcp(80, SIX, Failure.VANTAGE_NO_ROUTE)),
        *OK,
    ),
    (
        "IPv4 is broken",
        (dns(A), dns(SIX), tcp(80, failure=Failure.TCP_SILENT), tcp(80, SIX), http(address=SIX)),
        "fault",
        ["net.ipv4_broken"],
    ),
    (
        "echo is blocked",
        (dns(A), ping(received=0, failure=Failure.PING_SILENT), tcp(80), http()),
        "healthy",
        ["ok.reachable", "net.icmp_blocked"],
    ),
    (
        "echo can't be sent from here",
        (dns(A), http(), tcp(80), ping(sent=0, received=0, failure=Failure.VANTAGE_NOT_PERMITTED)),
        *OK,
    ),
    (
        "loss",
        (*OPEN[:1], ping(sent=25, received=22), tcp(80), http()),
        "degraded",
        ["net.packet_loss"],
    ),
    (
        "heavy loss",
        (*OPEN[:1], ping(sent=25, received=10), tcp(80), http()),
        "fault",
        ["net.packet_loss"],
    ),
    ("one packet of five proves nothing", (dns(A), ping(received=4), tcp(80), http()), *OK),
    ("one packet of twenty-five proves nothing", (dns(A), ping(A, 25, 24), tcp(80), http()), *OK),
    (
        "silent web ports, ssh answers",
        (
            dns(A),
            tcp(80, failure=Failure.TCP_SILENT),
            tcp(443, failure=Failure.TCP_SILENT),
            tcp(22),
        ),
        "fault",
        ["tcp.filtered"] * 2,
    ),
    (
        "silent web ports, nobody knows",
        (dns(A), tcp(80, failure=Failure.TCP_SILENT), tcp(443, failure=Failure.TCP_SILENT)),
        "inconclusive",
        [],
    ),
    (
        "443 is silent, 80 works",
        (dns(A), ping(), tcp(443, failure=Failure.TCP_SILENT), tcp(80), http()),
        "degraded",
        ["tcp.filtered"],
    ),
    (
        "80 is silent, 443 works",
        (
            dns(A),
            ping(),
            tcp(80, failure=Failure.TCP_SILENT),
            tcp(443),
            tls(),
            http(scheme="https"),
        ),
        *OK,
    ),
    (
        "silence for any name",
        (*OPEN, http(None, failure=Failure.HTTP_SILENT)),
        "fault",
        ["tcp.no_answer"],
    ),
    (
        "silence for this name only",
        (
            *OPEN,
            http(None, failure=Failure.HTTP_SILENT),
            http(way="address", by_address=True, id="x", first_bytes="HTTP"),
        ),
        "fault",
        ["http.timeout"],
    ),
    (
        "silence after TLS",
        (dns(A), tcp(443), tls(), http(None, scheme="https", failure=Failure.HTTP_SILENT)),
        "fault",
        ["http.timeout"],
    ),
    ("the run was over", (*OPEN, http(None, failure=Failure.VANTAGE_NO_TIME)), "inconclusive", []),
    ("slow", (*OPEN, http(first_byte_s=3.4)), "degraded", ["http.slow"]),
    ("not slow", (*OPEN, http(first_byte_s=2.9)), *OK),
    (
        "ends soon",
        (dns(A), tcp(443), tls(13), http(scheme="https")),
        "degraded",
        ["tls.expiring_soon"],
    ),
    ("ends later", (dns(A), tcp(443), tls(15), http(scheme="https")), *OK),
    ("ended", (dns(A), tcp(443), tls(-1), http(scheme="https")), "fault", ["tls.expired"]),
    (
        "obsolete",
        (dns(A), tcp(443), tls(version="TLSv1.1", is_trusted=None), http(scheme="https")),
        "fault",
        ["tls.obsolete_protocol"],
    ),
    (
        "alert",
        (dns(A), tcp(443), tls(chain=(), version=None, failure=Failure.TLS_ALERT)),
        "fault",
        ["tls.handshake_failed"],
    ),
    (
        "ended, and 502 behind it",
        (dns(A), tcp(443), tls(-1), http(502, scheme="https")),
        "fault",
        ["tls.expired", "http.bad_gateway"],
    ),
    (
        "https fine, http answers 503",
        (dns(A), tcp(443), tcp(80), tls(), http(503), http(scheme="https")),
        "degraded",
        ["http.unavailable"],
    ),
    ("a title alone is no default page", (*OPEN, http(title="Welcome to nginx!")), *OK),
    ("204 may be empty", (*OPEN, http(204, body_size_bytes=0)), *OK),
    (
        "a page that redirects to itself, cookie or no cookie",
        (*OPEN, http(302, next_url=f"http://{HOST}/", sets_cookie=True)),
        "fault",
        ["http.redirect_loop"],
    ),
]


@pytest.mark.parametrize(
    ("seen", "verdict", "expected"),
    [scenario[1:] for scenario in SCENARIOS],
    ids=[scenario[0] for scenario in SCENARIOS],
)
def test_scenarios(seen: tuple[Observation, ...], verdict: str, expected: list[str]) -> None:
    assert told(*seen) == (verdict, expected)
    assert told(*reversed(seen)) == (verdict, expected), "the order of landing changes nothing"
    for one in seen:
        for language in ("en", "ru"):
            assert summarise(one, language).text


@pytest.mark.parametrize("url", ["http://shop.example:99999/", "http://[shop.example/"])
def test_a_redirect_to_what_is_no_url(url: str) -> None:
    """The time was over before it could be judged."""
    assert told(*OPEN, http(302, next_url=url)) == ("inconclusive", [])


def test_expected_addresses() -> None:
    page = (tcp(80), http())
    assert told(dns(A), *page, expect=(B,)) == ("fault", ["dns.wrong_address"])
    assert told(dns(A, B), *page, expect=(B,))[1] == ["ok.reachable"]
    assert told(dns(A), *page, expect=(SIX,))[1] == ["ok.reachable"], "another family says nothing"
    assert told(dns(A), *page, expect=(B, A))[1] == ["ok.reachable"], "one of several is enough"
    behind_cdn = http(headers={"server": "cloudflare", "cf-ray": "1"})
    assert told(dns(A), tcp(80), behind_cdn, expect=(B,))[1] == ["ok.reachable"]


@pytest.mark.parametrize(
    ("closed", "verdict"),
    [
        ((), "healthy"),
        ((21, 1500), "degraded"),
        ((22,), "degraded"),
        ((80,), "fault"),
        ((443,), "degraded"),
        ((80, 443), "fault"),
    ],
)
def test_a_server_by_its_services(closed: tuple[int, ...], verdict: str) -> None:
    names = {22: "ssh", 21: "ftp", 80: "http", 443: "https", 1500: "panel"}
    seen = [
        tcp(port, service=name, failure=Failure.TCP_REFUSED if port in closed else None)
        for port, name in names.items()
    ]
    assert told(ping(), *seen, kind="server")[0] == verdict


def test_ssh_is_critical_when_nothing_else_answers() -> None:
    seen = (ping(), tcp(22, service="ssh", failure=Failure.TCP_REFUSED))
    other = tcp(21, service="ftp", failure=Failure.TCP_REFUSED)
    assert told(*seen, other, kind="server") == ("fault", ["tcp.refused", "tcp.refused"])


def test_every_code_has_words_in_both_languages_and_a_known_symptom() -> None:
    for code, info in CODES.items():
        assert info.symptom is None or info.symptom in (*SYMPTOMS, *MAIL_SYMPTOMS)
        assert (info.symptom is None) == (info.severity == "info")
        one = Finding(code=code, subject="x", **info.model_dump())
        for language in ("en", "ru"):
            assert all(finding_text(one, language))


def test_every_code_is_concluded_by_somebody() -> None:
    concluded = frozenset().union(*map(all_codes, [*RULES, *VIEW_RULES, reachable]))
    assert concluded == set(CODES)
    assert list(PAGE_CODES) == list(load_pages())
    assert len(PAGE_CODES) == len(set(PAGE_CODES))


def test_every_rule_has_its_rank() -> None:
    """A function that declares codes is in the tuple of rules, or a rule asks it."""
    for module in pkgutil.walk_packages(rules.__path__, "diagnostics.rules."):
        import_module(module.name)
    assert declared_functions() == set(CONCLUDERS)
    assert len(RULES) == len(set(RULES))


def test_whatever_looks_like_a_rule_declares_its_codes() -> None:
    """Public, takes the evidence, yields findings."""
    looks = {
        function
        for module in pkgutil.walk_packages(rules.__path__, "diagnostics.rules.")
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction)
        if not name.startswith("_")
        and function.__annotations__ == {"evidence": "Evidence", "return": "Iterator[Finding]"}
    }
    assert looks == {*RULES, *VIEW_RULES}


@pytest.mark.parametrize(
    "concluder",
    CONCLUDERS,
    ids=lambda concluder: concluder.__name__,
)
def test_whoever_concludes_a_code_names_a_source(concluder: Any) -> None:
    """An RFC, or the catalogue of pages, whose every row has its own."""
    source = r"RFC \d{3,4}|catalogue/pages"
    assert not own_codes(concluder) or re.search(source, concluder.__doc__)
