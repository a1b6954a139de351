"""The lines of what other eyes saw: nobody reads of a browser that isn't theirs as "yours"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from diagnostics import summarise
from diagnostics.failures import Failure
from diagnostics.observations import VantageObservation
from diagnostics.observations.vantages import VantageQuestion


def seen(asked: VantageQuestion, failure: Failure | None = None) -> VantageObservation:
    return VantageObservation(
        id="browser-1",
        started_at=datetime(2026, 11, 29, tzinfo=UTC),
        duration_s=0.1,
        viewer="browser-1",
        vantage="browser",
        asked=asked,
        url="" if asked == "own" else "https://shop.example/",
        failure=failure,
    )


@pytest.mark.parametrize("failure", [None, Failure.FETCH_FAILED, Failure.FETCH_ALTERED])
@pytest.mark.parametrize("asked", get_args(VantageQuestion))
def test_staff_read_of_the_customers_browser(
    asked: VantageQuestion, failure: Failure | None
) -> None:
    for_staff = summarise(seen(asked, failure), "en", for_staff=True).text
    assert "customer's browser" in for_staff
    assert "your browser" in summarise(seen(asked, failure), "en").text
    assert "ваш" not in summarise(seen(asked, failure), "ru", for_staff=True).text


@pytest.mark.parametrize("failure", [None, Failure.FETCH_FAILED, Failure.FETCH_ALTERED])
def test_our_own_server_is_named_where_there_is_no_address(failure: Failure | None) -> None:
    """It had said "your browser tried : it answers"."""
    text = summarise(seen("own", failure), "en").text
    assert "our own server" in text
    assert " :" not in text
