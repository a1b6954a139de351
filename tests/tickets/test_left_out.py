"""What the customer won't send is in no part of the ticket, and staff read that it was so."""

from __future__ import annotations

from intake.journey.draft import ENVIRONMENT, LEFT_OUT
from intake.tickets import FORMATS, render
from tests.tickets import example
from tests.tickets.example import answer


def without(*names: str) -> str:
    draft = example.draft()
    left = {LEFT_OUT: answer(list(names))}
    ticket = example.ticket(draft.model_copy(update={"answers": {**draft.answers, **left}}))
    views = [render(ticket, form, "en") for form in FORMATS]
    return "\n".join((ticket.model_dump_json(), *views))


def test_an_answer_is_in_no_form_of_the_ticket() -> None:
    everything = without("changed", "site")
    assert "плагин доставки" not in everything
    assert '"answer":"shop.example"' not in everything
    assert "the customer left it out" in everything
    assert "anna@shop.example" in everything


def test_a_measurement_goes_with_what_follows_from_it() -> None:
    everything = without("web")
    for trace in ("bad_gateway", "Bad Gateway", "192.0.2.7", "expiring_soon"):
        assert trace not in everything
    assert "плагин доставки" in everything


def test_the_browser_and_its_address_are_left_out() -> None:
    everything = without(ENVIRONMENT, "browser")
    assert "198.51.100.23" not in everything
    assert "Firefox 151" not in everything


def test_nothing_left_out_leaves_no_trace() -> None:
    assert without() == without()
    assert "left-out" not in without()
    assert "left it out" not in without()
