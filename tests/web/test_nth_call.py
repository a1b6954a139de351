"""
Whatever call of the database fails, the plain forms lose nothing and say so in words.

These are some calls of a walk; `make survive` fails each of them, on both databases.
"""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from intake import bootstrap
from intake.bootstrap import Services
from tests.survive.nth_call import FaultMoment
from tests.survive.plain_journeys import clock_jumps, fail_each_call


@pytest.mark.parametrize(
    ("moment", "calls"),
    [
        # Beginning, its last statement, keeping, sending, and what is read after that.
        ("before", (4, 9, 13, 22, 31, 42, 44)),
        ("after", (2, 4, 5)),
        pytest.param("before", None, marks=pytest.mark.long),
        pytest.param("after", None, marks=pytest.mark.long),
    ],
)
def test_nothing_is_lost_whichever_call_fails(
    product: Services,
    application: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    moment: FaultMoment,
    calls: tuple[int, ...] | None,
) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)
    outcome = fail_each_call(product, application.app, moment, calls)
    assert outcome.is_clean, outcome
    assert outcome.acknowledged == outcome.cases


def test_a_clock_that_jumps_by_a_day_loses_and_delays_nothing(
    product: Services, application: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)
    outcome = clock_jumps(product, application.app, (2, 3))
    assert outcome.is_clean, outcome
    assert outcome.acknowledged == 4
