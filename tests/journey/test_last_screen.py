"""What is asked on the last screen, and what has no screen at all."""

from __future__ import annotations

from collections.abc import Callable

from intake.journey import Source, items, screens
from tests.journey.customer import Customer, ids

Make = Callable[..., Customer]

LAST = """
  - {ask: email, kind: e-mail, role: contact, page: review, text: E-mail}
  - {ask: shot, kind: file, optional: true, text: Screenshot}
  - {ask: since, kind: text, text: Since}
"""
NOTED = """
  - ask: error
    kind: choice
    text: Error
    answer-from: web.symptom
    if-measured: note
    choices: {error-502: "502", blank: Blank}
"""
ENDS = """
  - {ask: email, kind: e-mail, role: contact, page: review, text: E-mail}
  - {ask: since, kind: text, text: Since}
  - {end: hand-over, show-if: {since: unknown}, text: A person}
"""


def test_the_last_screen_waits_for_everything_else(customer: Make) -> None:
    """Wherever its questions stand in the file."""
    anna = customer(LAST)
    anna.says("site", "shop.example")
    assert anna.next == "since"
    assert not anna.journey.is_at_review
    anna.says("since", "since 14:20")
    assert anna.journey.is_at_review
    assert anna.next == "email"
    assert ids(anna.journey.for_review) == ["email", "shot"]


def test_what_is_optional_keeps_nobody(customer: Make) -> None:
    anna = customer(LAST)
    for step, value in (("site", "shop.example"), ("since", "14:20"), ("email", "a@mail.example")):
        anna.says(step, value)
    assert anna.next is None
    assert anna.journey.end == "ticket"
    assert anna.journey.missing == ()
    assert "shot" not in [line.id for line in items(anna.journey.checklist, anna.journey.draft)]


def test_the_last_screen_is_none_of_those_before_it(customer: Make) -> None:
    anna = customer(LAST)
    assert [ids(screen) for screen in screens(anna.journey)] == [["site"], ["since"]]
    anna.says("site", "shop.example")
    assert anna.journey.progress == (1, 2)
    anna.says("since", "14:20")
    assert anna.journey.progress == (2, 2)


def test_a_way_to_a_person_asks_for_the_contact_before(customer: Make) -> None:
    """There is no last screen then: the question has one of its own."""
    anna = customer(ENDS)
    anna.says("site", "shop.example")
    anna.says("since", None)
    assert anna.next == "email"
    assert anna.journey.for_review == ()
    assert not anna.journey.is_at_review
    assert ["email"] in [ids(screen) for screen in screens(anna.journey)]


def test_what_is_noted_has_no_screen_and_may_be_not_so(customer: Make) -> None:
    anna = customer(NOTED)
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    assert anna.next is None
    [line] = [
        each for each in items(anna.journey.checklist, anna.journey.draft) if each.id == "error"
    ]
    assert (line.answer, line.source) == ("error-502", Source.MEASURED)
    anna.says("error", "blank")
    [line] = [
        each for each in items(anna.journey.checklist, anna.journey.draft) if each.id == "error"
    ]
    assert (line.answer, line.source) == ("blank", Source.CONTRADICTED)
    assert line.measured == "error-502"


def test_the_word_from_before_means_the_same(customer: Make) -> None:
    """A checklist that says `skip` is the very same checklist."""
    older = customer(NOTED.replace("note", "skip"))
    assert older.journey.checklist.version == customer(NOTED).journey.checklist.version
