"""Rules about what each of a domain's name servers said: where they speak, and where they don't."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from diagnostics import Failure
from diagnostics.observations import AuthorityObservation, SignatureObservation
from tests.diagnostics.test_rules import NOW, OPEN, A, B, base, dns, http, told

_PAGE = (*OPEN[1:], http())
_REMEMBERED = dns(A, ttl_s=3000)
_FRESH, _OLD = NOW + timedelta(days=9), NOW - timedelta(days=9)


def server(name: str, *records: str, **more: Any) -> AuthorityObservation:
    facts: dict[str, Any] = {
        **base(f"authority-{name}"),
        "zone": "shop.example",
        "server": name,
        "address": A,
        "name": "shop.example",
        "record_type": "A",
        "rcode": "NOERROR",
        "is_authoritative": True,
        "records": records,
        "ttl_s": 3600,
    }
    return AuthorityObservation(**(facts | more))


def signed(*key_tags: int) -> SignatureObservation:
    return SignatureObservation(**base("signature"), zone="shop.example", ds_key_tags=key_tags)


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ((server("a", B), server("b", B)), ["ok.reachable", "dns.address_cached"]),
        ((server("a", A), server("b", A)), ["ok.reachable"]),
        ((server("a", A, B), server("b", A, B)), ["ok.reachable"]),
        # What lives for minutes may be load balancing, or another answer for another asker.
        ((server("a", B, ttl_s=300), server("b", B, ttl_s=300)), ["ok.reachable"]),
        ((server("a", B, aliases=("cdn.example",)),), ["ok.reachable"]),
        ((server("a", B, is_authoritative=False),), ["ok.reachable"]),
        ((), ["ok.reachable"]),
    ],
)
def test_an_address_that_resolvers_remember(
    answers: tuple[AuthorityObservation, ...], codes: list[str]
) -> None:
    assert told(_REMEMBERED, *_PAGE, *answers) == ("healthy", codes)


def test_an_old_address_is_not_told_where_it_is_short_lived_or_one_was_expected() -> None:
    answers = (server("a", B), server("b", B))
    assert told(dns(A, ttl_s=200), *_PAGE, *answers)[1] == ["ok.reachable"]
    assert told(_REMEMBERED, *_PAGE, *answers, expect=(B,))[1] == ["dns.wrong_address"]
    behind_cdn = http(headers={"server": "cloudflare", "cf-ray": "1"})
    assert told(_REMEMBERED, *OPEN[1:], behind_cdn, *answers)[1] == ["ok.reachable"]


@pytest.mark.parametrize(
    ("until", "other", "key_tags", "codes"),
    [
        (_FRESH, None, (1,), ["dns.dnssec_bogus"]),
        (_FRESH, _OLD, (1,), ["dns.dnssec_bogus"]),
        (_FRESH, None, (), ["ok.reachable"]),  # no DS record: nobody checks
        (_FRESH, _FRESH, (1,), ["ok.reachable"]),
        (None, None, (1,), ["ok.reachable"]),
    ],
)
def test_a_server_that_does_not_sign_beside_one_that_does(
    until: datetime | None, other: datetime | None, key_tags: tuple[int, ...], codes: list[str]
) -> None:
    answers = (server("a", A, signed_until=until), server("b", A, signed_until=other))
    assert told(dns(A), *_PAGE, *answers, signed(*key_tags))[1] == codes


def test_no_signature_is_expected_of_an_answer_without_edns() -> None:
    """Such a server is asked without the flag that asks for signatures."""
    answers = (server("a", A, signed_until=_FRESH), server("b", A, drops_edns=True))
    assert "dns.dnssec_bogus" not in told(dns(A), *_PAGE, *answers, signed(1))[1]


@pytest.mark.parametrize(
    ("rcode", "failure", "codes"),
    [
        ("SERVFAIL", Failure.DNS_SERVFAIL, ["dns.servfail"]),
        # It may refuse us alone.
        ("REFUSED", Failure.DNS_SERVFAIL, ["ok.reachable"]),
        ("NOERROR", None, ["ok.reachable"]),
    ],
)
def test_a_server_that_fails_at_one_name(
    rcode: str, failure: Failure | None, codes: list[str]
) -> None:
    records = () if failure else (A,)
    bad = server("b", *records, rcode=rcode, failure=failure, is_authoritative=failure is None)
    assert told(dns(A), *_PAGE, server("a", A), bad)[1] == codes


def test_a_server_that_answers_at_another_of_its_addresses_fails_nobody() -> None:
    bad = server("a", rcode="SERVFAIL", failure=Failure.DNS_SERVFAIL, id="authority-a-2")
    assert told(dns(A), *_PAGE, server("a", A), bad)[1] == ["ok.reachable"]


def test_a_bare_answer_about_ipv6_accuses_nobody_until_it_is_seen_to_harm() -> None:
    answer = server("a", A, aaaa_rcode="NOERROR", aaaa_is_bare=True)
    assert told(dns(A), *_PAGE, answer) == ("healthy", ["ok.reachable", "dns.servfail"])
    six = dns(record_type="AAAA", failure=Failure.DNS_SERVFAIL)
    assert told(dns(A), six, *_PAGE, answer) == ("degraded", ["dns.servfail"])
