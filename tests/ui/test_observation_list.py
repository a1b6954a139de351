"""The list of measurements: lines once, times as the language writes them."""

from __future__ import annotations

from diagnostics import ObservationSummary
from intake.ui.observation_list import observation_list

MISSING = ObservationSummary("fault", "the name shop.example does not exist")


def test_a_line_in_the_same_words_stands_once_with_the_longest_time() -> None:
    """A name asked for IPv4 and for IPv6 is no news twice; another mark is another line."""
    other = ObservationSummary("info", MISSING.text)
    items = observation_list([(MISSING, 0.06), (other, 0.01), (MISSING, 0.09)], "en").splitlines()
    assert len(items) == 2
    assert items[0].startswith("- ✗")
    assert "0.09" in items[0]


def test_a_time_is_written_as_the_language_does_and_never_parted() -> None:
    assert ":gray[0.80\N{NO-BREAK SPACE}s]" in observation_list([(MISSING, 0.8)], "en")
    assert ":gray[0,798\N{NO-BREAK SPACE}с]" in observation_list([(MISSING, 0.798)], "ru", digits=3)
