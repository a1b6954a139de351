"""Why nothing is concluded is said in words, and only then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from diagnostics import Failure, Observation, Options, read_target
from diagnostics.report import Report, compose_report
from tests.diagnostics.test_rules import A, dns, http, ping, tcp

SILENT = (tcp(443, failure=Failure.TCP_SILENT), tcp(80, failure=Failure.TCP_SILENT))
NO_PING = ping(sent=0, received=0, failure=Failure.VANTAGE_NOT_PERMITTED)
HOST = dns(A).name


def report(*seen: Observation) -> Report:
    return compose_report(
        read_target(HOST).target,
        "site",
        seen,
        options=Options(),
        started_at=datetime.now(UTC),
        duration_s=1.0,
    )


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        ((dns(A), *SILENT, NO_PING), "ping"),
        ((dns(A), tcp(80), http(418)), "418"),
        ((dns(A), tcp(80), http(302, next_url="http://elsewhere.example/")), "elsewhere.example"),
        ((dns(A), tcp(80), http(None, failure=Failure.VANTAGE_NO_TIME)), "time"),
        ((dns(A), tcp(443, failure=Failure.VANTAGE_BUSY)), "ten minutes"),
        ((dns(A),), "more than one cause"),
    ],
)
def test_what_kept_us_from_a_conclusion_is_said(seen: tuple[Observation, ...], word: str) -> None:
    told = report(*seen)
    assert (told.verdict, told.findings) == ("inconclusive", ())
    assert any(word in one for one in told.reasons())
    assert len(told.reasons("ru")) == len(told.reasons())
    assert told.as_dict()["reasons"] == list(told.reasons())


def test_a_conclusion_needs_no_reason() -> None:
    assert report(dns(A), tcp(80), http(200)).reasons() == ()
    assert report(dns(A), tcp(80), http(502)).reasons() == ()
