"""SPF records of a stranger who means harm: judging them takes bounded work."""

from __future__ import annotations

from collections import UserDict
from datetime import UTC, datetime

from diagnostics.observations import PolicyObservation
from diagnostics.rules.mail.senders import count_lookups
from diagnostics.rules.mail.spf_evaluation import spf_dead_end

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
    for level in range(LEVELS):
        terms = " ".join([f"include:l{level + 1}.example"] * INCLUDES)
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
