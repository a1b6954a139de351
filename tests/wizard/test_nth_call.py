"""
Whatever call of the database fails, the wizard loses nothing and says so in words.

These are some calls of a walk; the long form fails each of them.
"""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from tests.survive.nth_call import FaultMoment
from tests.survive.page_journeys import fail_each_call


@pytest.mark.parametrize(
    ("moment", "calls"),
    [
        ("before", (3, 17, 40, 70)),
        ("after", (1, 3, 5)),
        pytest.param("before", None, marks=pytest.mark.long),
        pytest.param("after", None, marks=pytest.mark.long),
    ],
)
def test_nothing_is_lost_whichever_call_fails(
    services: Services, moment: FaultMoment, calls: tuple[int, ...] | None
) -> None:
    outcome = fail_each_call(services, moment, calls)
    assert outcome.is_clean, outcome
    assert outcome.acknowledged == outcome.cases
