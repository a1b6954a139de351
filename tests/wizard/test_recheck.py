""" "Check again" stays at the advice, says what changed, and offers "it works now" only then."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from tests.ui.app import PageTest
from tests.wizard.customer import begin_with_site, land, never_measure, open_step

ADVICE = "restart-php"


@pytest.fixture
def checked_again(services: Services, monkeypatch: pytest.MonkeyPatch) -> PageTest:
    """An advice about a 502, whose cause is being measured again."""
    never_measure(monkeypatch)
    page = begin_with_site()
    land(services, page, {"finding": "http.bad_gateway"})
    advice = open_step(page, ADVICE)
    assert "502" in advice.title
    return advice.click(f"check_again-{ADVICE}")


def test_it_stays_and_shows_that_it_measures(checked_again: PageTest) -> None:
    assert checked_again.title == "We're checking again"
    assert f"works_now-{ADVICE}" not in checked_again.keys
    reloaded = PageTest(**checked_again.address)
    assert reloaded.title == "We're checking again"


@pytest.mark.parametrize(
    ("measured", "title", "ways"),
    [
        (
            {"finding": "http.bad_gateway"},
            "The cause is still there",
            {"still_broken", "check_again"},
        ),
        ({"finding": "dns.nxdomain"}, "There is another cause now", {"go_on", "check_again"}),
        (
            {"finding": [], "verdict": "healthy"},
            "It works from here now",
            {"works_now", "still_broken"},
        ),
        ("failed", "We couldn't check it again", {"still_broken", "check_again"}),
    ],
    ids=["same", "other", "healthy", "unknown"],
)
def test_what_changed_is_told_with_the_ways_that_fit(
    services: Services,
    checked_again: PageTest,
    measured: str | dict[str, object],
    title: str,
    ways: set[str],
) -> None:
    land(services, checked_again, measured)
    checked_again.app.run()
    assert checked_again.title == title
    drawn = {key.removesuffix(f"-{ADVICE}") for key in checked_again.keys if ADVICE in key}
    assert drawn == ways


def test_it_works_now_ends_without_a_ticket(services: Services, checked_again: PageTest) -> None:
    land(services, checked_again, {"finding": [], "verdict": "healthy"})
    checked_again.app.run()
    checked_again.click(f"works_now-{ADVICE}")
    assert checked_again.title == "Glad it works."


@pytest.mark.parametrize("measured", [{"finding": "http.bad_gateway"}, {"finding": "dns.nxdomain"}])
def test_going_on_leaves_the_advice(
    services: Services, checked_again: PageTest, measured: dict[str, object]
) -> None:
    land(services, checked_again, measured)
    checked_again.app.run()
    way = next(key for key in ("still_broken", "go_on") if f"{key}-{ADVICE}" in checked_again.keys)
    checked_again.click(f"{way}-{ADVICE}")
    assert "again" not in checked_again.address
    assert checked_again.address["step"] != ADVICE


def test_back_stays_in_the_draft(checked_again: PageTest) -> None:
    checked_again.click("back")
    assert "case" in checked_again.address
