"""What a customer asked is found in their words, and what a reply leaves out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest

from intake.replies.customer_requests import (
    CustomerRequest,
    asking_sentences,
    customer_requests,
    has_gaps,
    unanswered_requests,
)
from intake.tickets import Ticket
from intake.tickets.ticket import ConversationEntry
from tests.tickets import example


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("The site is down. When will it work again?", ["When will it work again?"]),
        ("Please restart PHP. It fails.", ["Please restart PHP."]),
        ("Сайт лежит.\nКогда заработает?", ["Когда заработает?"]),
        ("Верните, пожалуйста, копию за вчера. Спасибо", ["Верните, пожалуйста, копию за вчера."]),
        ("«Сколько ждать ответа?» не пишите", ["«Сколько ждать ответа?"]),
        ("Hello? Anybody?", []),
        ("See https://shop.example/?id=1 for it", []),
        ("> When does it end?\nI don't know", []),
        ("Nothing asked here.", []),
        ("", []),
    ],
)
def test_questions_and_requests_are_found(text: str, asked: list[str]) -> None:
    assert list(asking_sentences(text)) == asked


@pytest.mark.parametrize(
    ("asked", "reply", "is_touched"),
    [
        ("When will the site work again?", "The site works since 14:40.", True),
        ("When will the site work again?", "We look into your invoice.", False),
        ("Please restore the copy of yesterday.", "The copy was restored.", True),
        ("Верните копию базы за вчера, пожалуйста", "Копия базы восстановлена.", True),
        ("Верните копию базы за вчера, пожалуйста", "Перезапустили сервер.", False),
        ("Когда заработает сайт?", "Сайт уже работает.", True),
        ("And when will it?", "We look into it.", True),  # nothing to compare: no false alarm
    ],
)
def test_a_reply_touches_what_it_shares_words_with(
    asked: str, reply: str, *, is_touched: bool
) -> None:
    request = CustomerRequest(asked, is_from_customer=True)
    assert (unanswered_requests([request], reply) == ()) is is_touched


def said(ticket: Ticket, *entries: tuple[Literal["customer", "staff"], str, str]) -> Ticket:
    at = datetime(2026, 11, 22, 15, tzinfo=UTC)
    made = tuple(
        ConversationEntry(id=place, at=at, author=author, kind=kind, text=text)
        for place, (author, kind, text) in enumerate(entries)
    )
    return ticket.model_copy(update={"conversation": made})


def test_what_was_answered_is_asked_no_more() -> None:
    draft = example.draft("en", before="Why does this happen every week?")
    ticket = example.ticket(draft)
    asked = customer_requests(ticket, "en")
    assert asked[0] == CustomerRequest("Why does this happen every week?", is_from_customer=True)
    assert CustomerRequest("Browser", is_from_customer=False) in asked  # it was "I don't know"
    later = said(
        ticket,
        ("customer", "line", "Is anybody there at all?"),
        ("staff", "reply", "Yes."),
        ("customer", "line", "Please call me back."),
    )
    own = [request.text for request in customer_requests(later, "ru") if request.is_from_customer]
    assert own == ["Please call me back."]


def test_a_note_of_staffs_answers_nobody() -> None:
    ticket = example.ticket(example.draft("en", before="Why does this happen every week?"))
    noted = said(ticket, ("staff", "note", "again"))
    assert any(request.is_from_customer for request in customer_requests(noted, "en"))


def test_a_long_text_of_questions_ends_at_once() -> None:
    text = "why? " * 2_000 + "please " * 10_000 + "?" * 100_000
    ticket = said(example.ticket(), ("customer", "line", text))
    assert len([r for r in customer_requests(ticket, "en") if r.is_from_customer]) <= 12


def test_a_gap_of_a_template_is_seen() -> None:
    assert has_gaps("restarted at …")
    assert not has_gaps("restarted at 14:40")
