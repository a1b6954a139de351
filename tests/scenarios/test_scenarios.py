"""What was seen is judged anew: exactly these findings, whatever landed first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnostics import CODES
from diagnostics.observation_summary import summarise
from diagnostics.observations import (
    AuthorityObservation,
    DelegationObservation,
    DnsObservation,
    Observation,
    PingObservation,
    TcpObservation,
)
from diagnostics.rules.declaration import all_codes
from diagnostics.rules.rank_order import RULES
from tests.scenarios.stored import Scenario, load_all

SCENARIOS = load_all()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
each = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) >= 30


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_scenario_that_shows_it_and_one_beside_it_that_does_not(code: str) -> None:
    """The one beside it is of the same layer, or has nothing wrong at all."""
    layer = CODES[code].layer
    beside = [one for one in SCENARIOS if any(each.startswith(layer) for each in one.codes)]
    assert any(code in one.codes for one in SCENARIOS)
    assert any(code not in one.codes for one in (beside if layer != "ok" else SCENARIOS))


@each
def test_exactly_the_expected_findings(scenario: Scenario) -> None:
    assert scenario.conclude() == scenario.expected
    for one in scenario.observations:
        for language in ("en", "ru"):
            text = summarise(one, language).text
            assert text
            assert "{" not in text


@each
def test_a_rule_names_only_the_codes_that_it_lists(scenario: Scenario) -> None:
    evidence = scenario.evidence()
    for rule in RULES:
        assert {one.code for one in rule(evidence)} <= all_codes(rule), rule


@each
@few
@given(data=st.data())
def test_the_order_of_landing_changes_nothing(scenario: Scenario, data: Any) -> None:
    shuffled = tuple(data.draw(st.permutations(scenario.observations)))
    ordered = sorted(shuffled, key=lambda one: (one.probe, one.id))
    assert set(scenario.conclude(shuffled)) == set(scenario.expected)
    assert scenario.conclude(tuple(ordered))[:2] == scenario.expected[:2]


def _base(observation_id: str, **more: Any) -> dict[str, Any]:
    return {"id": observation_id, "started_at": NOW, "duration_s": 0.01} | more


UNRELATED: tuple[Observation, ...] = (
    DnsObservation(
        **_base("dns-a#other", name="other.example", record_type="A", records=("192.0.2.99",))
    ),
    PingObservation(**_base("ping@192.0.2.99", address="192.0.2.99", sent=5, received=5)),
    TcpObservation(
        **_base("tcp-443@192.0.2.99", address="192.0.2.99", port=443, host="other.example")
    ),
    DelegationObservation(
        **_base(
            "delegation-other",
            name="other.example",
            zone="other.example",
            source="parent",
            servers=("ns.other.example",),
            parent_answers=True,
        )
    ),
    AuthorityObservation(
        **_base(
            "authority-other",
            zone="other.example",
            server="ns.other.example",
            address="192.0.2.98",
            name="other.example",
            record_type="A",
            records=("192.0.2.99",),
            is_authoritative=True,
        )
    ),
)


def test_any_answer_disproves_our_own_outage() -> None:
    offline = next(one for one in SCENARIOS if "info net.vantage_offline" in one.expected)
    for one in UNRELATED[1:]:
        assert "info net.vantage_offline" not in offline.conclude((*offline.observations, one))


@each
@few
@given(extra=st.sets(st.sampled_from(range(len(UNRELATED)))))
def test_an_unrelated_healthy_observation_changes_no_cause(
    scenario: Scenario, extra: set[int]
) -> None:
    more = tuple(UNRELATED[at] for at in extra)
    if "info net.vantage_offline" in scenario.expected:
        more = ()  # whatever answers us disproves that; nothing healthy is unrelated to it
    assert scenario.conclude((*scenario.observations, *more)) == scenario.expected
