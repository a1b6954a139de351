"""`kind: letter`: a returned letter becomes facts that conditions and other questions read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import JsonValue

from diagnostics import SentLetter, read_letter, read_sent_letter
from intake.journey import Hint, items
from intake.journey.draft import Source
from intake.journey.explain import condition_in_words
from intake.journey.kinds import letter_answer, reading_of, sent_letter_of
from tests.journey.customer import Customer

STEPS = """
  - ask: returned
    kind: letter
    text: {en: Copy the returned letter here, ru: Скопируйте вернувшееся письмо}
    required: false
    dont-know: false
  - ask: partner
    kind: e-mail
    text: {en: Enter the other side's address, ru: Укажите адрес собеседника}
    answer-from: returned.recipient
  - tell: full
    show-if: {returned.cause: mailbox-full, returned.code: 400-599}
    about: returned
    text: {en: It says so., ru: Там так сказано.}
"""
FULL = "552 5.2.2 <boris@client.example>: mailbox full"


def test_what_the_letter_says_is_known_to_conditions(customer: Callable[..., Customer]) -> None:
    asked = customer(STEPS)
    asked.says("returned", FULL)
    lookup = asked.journey.lookup
    assert lookup("returned.cause") == "mailbox-full"
    assert (lookup("returned.code"), lookup("returned.status")) == (552, "5.2.2")
    assert (lookup("returned.fixer"), lookup("returned.outcome")) == ("recipient", "failed")


def test_what_the_letter_names_is_proposed_for_a_yes(customer: Callable[..., Customer]) -> None:
    asked = customer(STEPS)
    asked.says("returned", FULL)
    proposal = asked.journey.proposal("partner")
    assert proposal is not None
    assert proposal.value == "boris@client.example"
    answer = asked.says("partner", "boris@client.example")
    assert not isinstance(answer, Hint)
    assert answer.source is Source.CONFIRMED


@pytest.mark.parametrize("said", ["", "the mail program is slow", None])
def test_no_letter_says_nothing(customer: Callable[..., Customer], said: str | None) -> None:
    asked = customer(STEPS)
    asked.says("returned", said)
    assert asked.journey.lookup("returned.cause") is None
    assert asked.journey.proposal("partner") is None


def test_an_attached_letter_is_read_by_who_has_its_bytes(
    customer: Callable[..., Customer],
) -> None:
    asked = customer(STEPS)
    asked.says("returned", letter_answer("", ["f1"], read_letter(FULL.encode())))
    assert asked.journey.lookup("returned.cause") == "mailbox-full"


RETURNED = f"""{FULL}

--- Below this line is a copy of the message.

Return-Path: <shop@mail.shop.example>
DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=july; bh=x; b=y
From: Shop <shop@shop.example>
Subject: Your order

It is ready.
"""


def test_what_the_letter_shows_of_its_sending_is_kept(customer: Callable[..., Customer]) -> None:
    answer = customer(STEPS).says("returned", RETURNED)
    assert not isinstance(answer, Hint)
    letter = sent_letter_of(answer.value)
    assert letter == SentLetter("shop.example", "mail.shop.example", (("shop.example", "july"),))


def test_what_an_attached_letter_shows_is_handed_over(customer: Callable[..., Customer]) -> None:
    sent = read_sent_letter(RETURNED)
    answer = customer(STEPS).says("returned", letter_answer("", ["f1"], None, sent))
    assert not isinstance(answer, Hint)
    assert sent_letter_of(answer.value) == sent


@pytest.mark.parametrize("stored", [None, 7, {}, {"from_domain": 5}, {"signatures": [["a"]]}])
def test_what_can_not_be_read_back_is_no_letter(stored: JsonValue) -> None:
    assert sent_letter_of({"said": "", "files": [], "sent": stored}) is None


def test_what_was_pasted_goes_before_what_was_attached(
    customer: Callable[..., Customer],
) -> None:
    asked = customer(STEPS)
    asked.says("returned", letter_answer("550 5.1.1 user unknown", ["f1"], read_letter(FULL)))
    assert asked.journey.lookup("returned.cause") == "recipient-unknown"


def test_an_endless_letter_is_kept_in_part(customer: Callable[..., Customer]) -> None:
    many = "\n".join(f"<a{number}@client.example>: {FULL}" for number in range(5000))
    answer = customer(STEPS).says("returned", many)
    assert not isinstance(answer, Hint)
    reading = reading_of(answer.value)
    assert reading is not None
    assert len(reading.recipients) == 5
    assert len(str(answer.value)) < 40_000


def test_the_ticket_has_the_letter_as_it_was_pasted(customer: Callable[..., Customer]) -> None:
    asked = customer(STEPS)
    asked.says("returned", FULL)
    line = next(
        line
        for line in items(asked.journey.checklist, asked.journey.draft)
        if line.id == "returned"
    )
    assert line.display["ru"] == FULL


def test_the_condition_reads_as_a_sentence(customer: Callable[..., Customer]) -> None:
    checklist = customer(STEPS).journey.checklist
    condition: JsonValue = {"returned.cause": ["mailbox-full"]}
    assert (
        condition_in_words(checklist, condition, "en")
        == "the returned letter's cause is: mailbox full"
    )
    assert (
        condition_in_words(checklist, condition, "ru") == "причина возврата письма: ящик переполнен"
    )
