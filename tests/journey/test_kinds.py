"""Numbers, lengths of time, phones and limits: read as people write them, kept when insisted on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intake.journey import Answer, Hint, accept, display_of
from intake.journey.kinds import KINDS, KindSpec
from intake.journey.kinds.duration import read_duration
from intake.journey.kinds.phone import has_wrong_length
from intake.journey.steps import Ask
from tests.journey.customer import NOW, Customer

Make = Callable[..., Customer]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("20 minutes", 20),
        ("минут 20", 20),
        ("полчаса", 30),
        ("half an hour", 30),
        ("an hour and a half", 90),
        ("час с половиной", 90),
        ("2 h 15", 135),
        ("2 часа 15 минут", 135),
        ("10-15 минут", 15),
        ("пару часов", 120),
        ("часа два", 120),
        ("two and a half hours", 150),
        ("1,5 часа", 90),
        ("1:30", 90),
        ("45", 45),
        ("3 дня", 4320),
        ("5 мин 30 сек", 5.5),
        ("about-an-hour", 60),
    ],
)
def test_a_length_of_time_is_read_out_of_words(said: str, minutes: float) -> None:
    assert read_duration(said) == {"said": said, "minutes": minutes}


@pytest.mark.parametrize("said", ["не помню", "since 14:20", "v2 broke", "", "9" * 9 + " weeks"])
def test_words_without_a_length_give_none(said: str) -> None:
    assert read_duration(said) is None


@pytest.mark.parametrize(
    ("said", "value"),
    [("12 000", 12000), ("1,5", 1.5), ("-3", -3), ("12'000", 12000), ("7 GB", 7), ("0", 0)],
)
def test_a_number_is_read_as_people_write_it(customer: Make, said: str, value: float) -> None:
    anna = customer("  - {ask: size, kind: number, text: Size, unit: GB}\n")
    taken = anna.says("size", said)
    assert isinstance(taken, Answer)
    assert taken.value == value


@pytest.mark.parametrize("said", ["many", "1e999", "١٢٣x", "12 34 apples", "--5", "1.2.3"])
def test_what_is_no_number_is_asked_again_and_kept_when_insisted(customer: Make, said: str) -> None:
    anna = customer("  - {ask: size, kind: number, text: Size}\n")
    hint = anna.says("size", said)
    assert isinstance(hint, Hint)
    assert hint.code == "number"
    kept = anna.says("size", said, insisted=True)
    assert isinstance(kept, Answer)
    assert kept.insisted


@pytest.mark.parametrize(
    ("language", "said", "value"),
    [
        ("ru", "8 (912) 345-67-89", "+7 912 345-67-89"),
        ("en", "+44 20 7946 0018", "+44 20 7946 0018"),
        ("en", "8 912 345 67 89", None),
        ("ru", "+7 999 123", None),
        ("ru", "+7 999 1234", None),  # a local number: nobody elsewhere can call it
        ("ru", "123-45-67", None),
        ("ru", "позвоните мне", None),
    ],
)
def test_a_phone_needs_its_country(
    customer: Make, language: str, said: str, value: str | None
) -> None:
    anna = customer("  - {ask: phone, kind: phone, text: Phone}\n", language=language)
    taken = anna.says("phone", said)
    assert (taken.value if isinstance(taken, Answer) else None) == value


@pytest.mark.parametrize(
    ("typed", "is_wrong"),
    [
        ("+7 999 123", True),
        ("+7 999 1234", True),
        ("+7 999 123 45 67 89", True),
        ("+7 999 123-45-67", False),
        ("+49 30 123456", False),
        ("+372 5123 456", False),
        ("8 999 123", False),  # whose country isn't said
        ("+999 12", False),  # of a country that isn't known
        ("+ anna in Telegram", False),
        ("@anna", False),
        ("+7" * 100, False),
    ],
)
def test_a_phone_is_doubted_by_its_countrys_lengths_alone(typed: str, *, is_wrong: bool) -> None:
    """Never a wall: what can't be judged is taken."""
    assert has_wrong_length(typed) is is_wrong


@pytest.mark.parametrize(
    ("step", "fits", "misfit"),
    [
        ("kind: number, accept: {from: 1, to: 5, say: One to five}", "5", "6"),
        ("kind: duration, accept: {to: 60, say: One to five}", "час", "2 hours"),
        ("kind: text, accept: {pattern: '[A-Z]-[0-9]+', say: One to five}", "A-12", "x A-12"),
        ("kind: account, accept: {from: 4, say: One to five}", "user", "abc"),
        ("kind: file, accept: {to: 1, say: One to five}", ["a"], ["a", "b"]),
    ],
)
def test_what_an_author_does_not_accept_is_told_in_the_authors_words(
    customer: Make, step: str, fits: object, misfit: object
) -> None:
    anna = customer(f"  - {{ask: it, text: It, {step}}}\n")
    hint = anna.says("it", misfit)  # type: ignore[arg-type]
    assert isinstance(hint, Hint)
    assert hint.text == "One to five"
    assert isinstance(anna.says("it", misfit, insisted=True), Answer)  # type: ignore[arg-type]
    assert isinstance(anna.says("it", fits), Answer)  # type: ignore[arg-type]


def test_a_pattern_that_others_hang_on_ends_at_once(customer: Make) -> None:
    """(a|aa)+b takes Python's own expressions longer than the world has been there."""
    anna = customer("  - {ask: it, kind: text, text: It, accept: {pattern: '(a|aa)+b', say: No}}\n")
    assert isinstance(anna.says("it", "a" * 1_500), Hint)


def test_numbers_and_lengths_lead_on(customer: Make) -> None:
    anna = customer(
        "  - {ask: size, kind: number, text: Size}\n"
        "  - {ask: lasted, kind: duration, text: Lasted}\n"
        "  - {ask: more, kind: text, text: More, show-if: {size: '> 3', lasted: 60-120}}\n"
    )
    for step, said in (("site", "a.example"), ("size", "4"), ("lasted", "полтора часа")):
        anna.says(step, said)
    assert anna.next == "more"
    anna.says("size", "3")
    assert anna.next is None


def test_numbers_read_in_the_readers_language() -> None:
    ask = Ask.model_validate(
        {"ask": "n", "kind": "number", "text": "N", "unit": {"en": "a day", "ru": "в день"}}
    )
    assert display_of(ask, 12000.5, "en") == "12,000.5 a day"
    assert display_of(ask, 12000.5, "ru") == "12\u00a0000,5 в день"


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_a_sample_of_every_kind_is_taken_and_put_into_words(spec: KindSpec) -> None:
    """Simulated customers answer with samples: one that is refused would be a dead end."""
    choices = {"a": "A", "b": "B"} if "choices" in spec.keys else {}
    raw = {"ask": "it", "kind": spec.name, "text": "It", "choices": choices}
    ask = Ask.model_validate(raw)
    sample = spec.sample if spec.sample is not None else next(iter(spec.choices(ask)))
    answer = accept(ask, sample, now=NOW)
    assert isinstance(answer, Answer)
    assert all(display_of(ask, answer.value, language) for language in ("en", "ru"))
    assert spec.same(answer.value, answer.value)
