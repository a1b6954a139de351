"""A request for a person: the contact and the text, stored in the draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from intake.bootstrap import services
from intake.journey import Answer, Checklist, StepId
from intake.journey.draft import OWN_CONTACT, OWN_WORDS
from intake.journey.kinds.phone import has_wrong_length
from intake.wizard.case import Case

LONGEST_CONTACT: Final = 200
LONGEST_WORDS: Final = 20_000
DOUBTFUL_PHONE: Final = "person_doubtful_phone"


def problem_of(contact: str, own_words: str, *, doubted: str = "") -> str | None:
    """
    Return the text key of what prevents sending, or None.

    `doubted` is a phone number that was questioned before: unchanged, it is accepted.
    """
    if not contact:
        return "person_need_contact"
    if len(contact) > LONGEST_CONTACT or len(own_words) > LONGEST_WORDS:
        return "too_large"
    if contact != doubted and has_wrong_length(contact):
        return DOUBTFUL_PHONE
    return None


def keep(case: Case, contact: str, own_words: str) -> Mapping[StepId, Answer]:
    """
    Store both as answers and return them as they were typed.

    Raises:
        DraftClosed: the draft was already sent.
        DraftTooLarge: the draft would exceed its size limit.
    """
    now = datetime.now(UTC)
    typed = {contact_step(case.checklist): contact, words_step(case.checklist): own_words}
    answers = {step: Answer(value=text, at=now) for step, text in typed.items() if text}
    services().drafts.save_answers(case.id, answers)
    return answers


def contact_step(checklist: Checklist) -> StepId:
    """Return the checklist's own step for the contact, or OWN_CONTACT."""
    return next((ask.id for ask in checklist.asks_with_role("contact")), OWN_CONTACT)


def words_step(checklist: Checklist) -> StepId:
    """Return the checklist's own step for the description, or OWN_WORDS."""
    return next((ask.id for ask in checklist.asks_with_role("description")), OWN_WORDS)
