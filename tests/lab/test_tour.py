"""The README shows what the command says today."""

from __future__ import annotations

from tests.lab import test_lab
from tests.lab.tour import numberless, tour, written

pytestmark = test_lab.pytestmark


def test_the_readme_shows_what_the_command_says() -> None:
    """Run `make tour` when it doesn't."""
    said, shown = (numberless(text).splitlines() for text in (tour(), written()))
    assert [line for line in said if line not in shown] == []
    assert [line for line in shown if line not in said] == []
    assert said == shown
