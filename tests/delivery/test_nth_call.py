"""
Whatever call fails while a ticket is handed over, it is at its desk once in the end.

The database's calls, and each thing that is said to a mail server or a desk: cut before it is
heard, and after it is heard. Here some of them; `make survive` has all.
"""

from __future__ import annotations

import pytest

from tests.fakes.cutting_proxy import Cut
from tests.survive.delivery_journeys import (
    cut_each_line,
    fail_each_call,
)
from tests.survive.nth_call import FaultMoment


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_ticket_arrives_once_whichever_call_of_the_database_fails(
    either_database_url: str, moment: FaultMoment
) -> None:
    outcome = fail_each_call(either_database_url, moment, (3, 10))
    assert outcome.is_clean, outcome


@pytest.mark.parametrize("kind", ["smtp", "webhook", "request-tracker"])
@pytest.mark.parametrize("cut", ["request", "answer"])
def test_a_ticket_arrives_once_wherever_the_line_is_cut(
    database_url: str, kind: str, cut: Cut
) -> None:
    outcome = cut_each_line(database_url, kind, cut, (2, 4))
    assert outcome.is_clean, outcome


@pytest.mark.long
@pytest.mark.parametrize("moment", ["before", "after"])
def test_every_call_of_the_database(database_url: str, moment: FaultMoment) -> None:
    outcome = fail_each_call(database_url, moment)
    assert outcome.is_clean, outcome


@pytest.mark.long
@pytest.mark.parametrize("kind", ["smtp", "webhook", "request-tracker"])
@pytest.mark.parametrize("cut", ["request", "answer"])
def test_every_line(database_url: str, kind: str, cut: Cut) -> None:
    outcome = cut_each_line(database_url, kind, cut)
    assert outcome.is_clean, outcome
