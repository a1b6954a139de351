"""A returned letter in a ticket: its cause on top, its facts as evidence, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.authoring.loader import load_checklist
from intake.journey import Draft, Journey
from intake.tickets import FORMATS, Ticket, compose_ticket, render
from tests.tickets.example import NOW

SAID = {
    "mailbox": "info@shop.example",
    "trouble": "out-bounces",
    "bounce": "mx.client.example[192.0.2.7] said: 552 5.2.2 <boris@client.example>: full mailbox",
}


def ticket_of(**said: str) -> Ticket:
    checklist = load_checklist("mail-not-arriving")
    journey = Journey(checklist, Draft(language="en"))
    for number, (step, value) in enumerate((SAID | said).items()):
        taken = journey.accept(step, value, now=NOW + timedelta(minutes=number))
        journey = journey.with_answer(step, taken)  # type: ignore[arg-type]
    return compose_ticket(checklist, journey.draft, reference="H4X-7PM-2KP", now=NOW)


def test_the_letters_cause_is_the_tickets() -> None:
    verdict = ticket_of().verdict
    assert verdict is not None
    assert (verdict.code, verdict.fixer) == ("letter.mailbox-full", "recipient")
    assert verdict.title.en == "The mailbox boris@client.example is full"
    assert verdict.title.ru == "Ящик boris@client.example переполнен"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
def test_every_form_of_the_ticket_says_it(form: str, language: str) -> None:
    text = render(ticket_of(), form, language)  # type: ignore[arg-type]
    assert ("is full" if language == "en" else "переполнен") in text
    assert "552 5.2.2" in text


def test_a_text_that_is_no_letter_accuses_nobody() -> None:
    ticket = ticket_of(bounce="the program shows a red cross")
    assert ticket.verdict is None
    assert not ticket.diagnoses
