"""Conditions as data: three-valued, and every mistake in them told."""

from __future__ import annotations

from typing import Any

import pytest

from intake.journey.compiled_conditions import Truth, compile_condition
from intake.journey.conditions import parse_condition

KNOWN: dict[str, Any] = {
    "scope": "all",
    "web.finding": ["http.bad_gateway", "tls.expiring_soon"],
    "web.status": 502,
    "web.ratio": 2.5,
    "asked": "no",
    "empty": [],
    "used": 91.0,
    "quota": 100,
    "backup": 5,
    "lasted": 30,
    "words": "about five",
    "began": {"said": "14:20", "at": "2026-11-30T14:20:00+03:00"},
    "changed": {"said": "13:40", "at": "2026-11-30T10:40:00+00:00"},
    "early": {"said": "at first", "at": "0001-01-01T00:10:00+00:00"},
}


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        (None, True),
        ({"scope": "all"}, True),
        ({"scope": "one"}, False),
        ({"scope": ["one", "all"]}, True),
        ({"scope": "all", "web.status": "500-599"}, True),
        ({"scope": "one", "web.status": "500-599"}, False),
        ([{"scope": "one"}, {"web.status": "500-599"}], True),
        ({"web.finding": "tls.expiring_soon"}, True),
        ({"web.finding": ["dns.nxdomain"]}, False),
        ({"web.finding": "tls.*"}, True),
        ({"web.finding": ["dns.*", "http.*"]}, True),
        ({"web.finding": "dns.*"}, False),
        ({"not": {"web.finding": "dns.*"}}, True),
        ({"empty": "x"}, False),
        ({"web.status": "502"}, True),
        ({"web.status": "< 500"}, False),
        ({"web.status": ">= 502"}, True),
        ({"web.ratio": "< 3"}, True),
        ({"scope": "1-5"}, False),
        ({"not": {"scope": "one"}}, True),
        ({"not": [{"scope": "one"}, {"scope": "all"}]}, False),
        ({"any": [{"scope": "one"}, {"asked": "no"}]}, True),
        ({"all": [{"scope": "all"}, {"asked": "yes"}]}, False),
        # unknown is not false
        ({"since": "x"}, None),
        ({"not": {"since": "x"}}, None),
        ({"since": "x", "scope": "one"}, False),
        ({"since": "x", "scope": "all"}, None),
        ([{"since": "x"}, {"scope": "all"}], True),
        ([{"since": "x"}, {"scope": "one"}], None),
        # what is compared with may be reckoned first
        ({"used": {"more-than": "quota", "times": 0.9}}, True),
        ({"used": {"more-than": "quota", "times": "0.95"}}, False),
        ({"used": {"more-than": "quota", "minus": 10}}, True),
        ({"used": {"less-than": "quota", "minus": 9}}, False),
        ({"quota": {"less-than": "used", "plus": "backup"}}, False),
        ({"quota": {"less-than": "used", "plus": "backup", "times": 1.1}}, True),
        ({"quota": {"same-as": "backup", "times": 20}}, True),
        ({"changed": {"before": "began", "minus": 30}}, True),
        ({"changed": {"before": "began", "minus": 40}}, False),
        ({"began": {"after": "changed", "plus": "lasted"}}, True),
        ({"began": {"before": "changed", "plus": 60, "minus": 15}}, True),
        ({"used": {"more-than": "quota", "plus": "words"}}, None),
        ({"used": {"more-than": "quota", "plus": "since"}}, None),
        ({"used": {"more-than": "scope", "plus": 1}}, None),
        ({"began": {"after": "early", "minus": 60}}, None),
        # and it can be asked for
        ({"since": "unknown"}, True),
        ({"scope": "unknown"}, False),
        ({"since": ["x", "unknown"]}, True),
        ({"not": {"since": "unknown"}}, False),
    ],
)
def test_a_condition_is_true_false_or_not_known_yet(condition: Any, truth: Truth) -> None:
    assert compile_condition(condition)(KNOWN.get) is truth


@pytest.mark.parametrize(
    ("raw", "reasons"),
    [
        ("scope is all", ["no-condition"]),
        (3, ["no-condition"]),
        ({}, ["empty"]),
        ([], ["empty"]),
        ({"any": []}, ["empty"]),
        ({"scope": []}, ["empty"]),
        ({"scope": None}, ["no-scalar"]),
        ({"scope": {"is": "all"}}, ["no-scalar"]),
        ({"not": "x", "scope": None}, ["no-condition", "no-scalar"]),
    ],
)
def test_every_fault_of_a_condition_is_reported(raw: Any, reasons: list[str]) -> None:
    _, faults = parse_condition(raw)
    assert [fault.reason for fault in faults] == reasons
