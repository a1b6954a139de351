"""The history of a ticket: a line a minute and happening, desks by name, no word of ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.tickets.render import FORMATS, render
from intake.tickets.render.history import history_lines
from intake.tickets.render.words import PHRASES
from intake.tickets.ticket import Event
from tests.tickets import example
from tests.tickets.example import NOW

EN = PHRASES["en"]


def words_of(*events: tuple[str, str]) -> list[str]:
    made = [
        Event(at=NOW + timedelta(milliseconds=number), kind=kind, desk=desk)
        for number, (kind, desk) in enumerate(events)
    ]
    return [text for _, text in history_lines(made, EN)]


def test_several_desks_in_a_minute_are_one_line() -> None:
    lines = words_of(("delivered", "email"), ("delivered", "crm"), ("delivered", "email"))
    assert lines == ["handed over (email, crm)"]


def test_the_same_a_minute_later_is_another_line() -> None:
    later = Event(at=NOW + timedelta(minutes=1), kind="delivered", desk="email")
    lines = history_lines([later.model_copy(update={"at": NOW}), later], EN)
    assert [text for _, text in lines] == ["handed over (email)"] * 2


def test_what_is_not_the_same_keeps_its_order() -> None:
    assert words_of(("opened", ""), ("sent", ""), ("delivered", "crm")) == [
        "the customer began",
        "sent to support",
        "handed over (crm)",
    ]


@pytest.mark.parametrize("kind", [*EN.events, "something-new"])
@pytest.mark.parametrize("form", FORMATS)
def test_the_customers_mails_are_never_called_by_our_word(kind: str, form: str) -> None:
    event = Event(at=NOW, kind=kind, desk="receipt")
    ticket = example.ticket().model_copy(update={"events": (event,)})
    if form != "json":
        assert "receipt" not in render(ticket, form, "en")  # type: ignore[arg-type]
