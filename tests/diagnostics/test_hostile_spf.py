"""SPF records of a stranger who means harm: judging them takes bounded work."""

from __future__ import annotations

from collections import UserDict
from datetime import UTC, datetime

from diagnostics import read_target
from diagnostics.observations import PolicyObservation
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.mail.spf_evaluation import count_lookups, spf_dead_end
from diagnostics.rules.mail.spf_result import spf_result

LEVELS, INCLUDES = 12, 20


class CountingRecords(UserDict[str, PolicyObservation]):
    """The records that were read; counts how often one is taken up."""

    taken = 0

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.taken += 1
        return super().get(key, default)


def records() -> CountingRecords:
    """Each level includes the next twenty times: 20 to the twelfth ways through."""
    known = CountingRecords()
    for level in range(LEVELS + 1):
        terms = " ".join([f"include:l{level + 1}.example"] * INCLUDES if level < LEVELS else ())
        known[f"l{level}.example"] = PolicyObservation(
            id=f"spf#{level}",
            started_at=datetime(2026, 1, 1, tzinfo=UTC),
            duration_s=0.0,
            policy="spf",
            name=f"l{level}.example",
            depth=level,
            rcode="NOERROR",
            records=(f"v=spf1 {terms} -all",),
        )
    return known


def test_includes_that_multiply_are_counted_up_to_a_bound() -> None:
    known = records()
    assert count_lookups("l0.example", known) >= INCLUDES
    assert known.taken < 1_000


def test_includes_that_multiply_are_walked_up_to_a_bound() -> None:
    known = records()
    assert spf_dead_end("l0.example", known) is None
    assert known.taken < 1_000


def test_includes_that_multiply_are_judged_once_each() -> None:
    known = records()
    evidence = Evidence(read_target("l0.example").target, "mail", ())
    assert spf_result("l0.example", known, "198.51.100.4", evidence) == "fail"
    assert known.taken <= LEVELS + 1


def test_a_circle_of_includes_says_nothing() -> None:
    known = records()
    known["l2.example"] = known["l2.example"].model_copy(
        update={"records": ("v=spf1 include:l0.example -all",)}
    )
    evidence = Evidence(read_target("l0.example").target, "mail", ())
    assert spf_result("l0.example", known, "198.51.100.4", evidence) is None
