"""Drafts made by the plain forms: of a chosen checklist, of own words, of a message to a person."""

from __future__ import annotations

from typing import Final

from diagnostics.texts import Language, drop_hidden
from intake.bootstrap import services
from intake.drafts import DraftClosed, DraftTooLarge
from intake.drafts.visit_log import leave_uncounted
from intake.journey.draft import OWN_WORDS, Environment
from intake.wizard import own_words, person_request
from intake.wizard.case import Case, create_draft, find_case
from intake.wizard.offered_checklists import first_choices, general_checklist

LONGEST_TOKEN: Final = 128

Choice = tuple[str, str, str]  # name, title, what it is about


def start_choices(
    language: Language, likeliest: tuple[str, ...] = ()
) -> tuple[list[Choice], list[Choice]]:
    """Return the checklists shown on the start page and the folded ones: names, titles, about."""
    first, folded = (
        [
            (
                name,
                checklist.title.in_(language),
                checklist.about.in_(language) if checklist.about else "",
            )
            for name, checklist in choices
        ]
        for choices in first_choices(likeliest)
    )
    return first, folded


def words_of(form: dict[str, str]) -> str:
    """Return the customer's own words, cut to the stored length."""
    return drop_hidden(form.get("words", ""), keep_lines=True)[: person_request.LONGEST_WORDS]


def create_from_form(
    form: dict[str, str], language: Language, environment: Environment
) -> tuple[str, str | None] | own_words.Route | None:
    """
    Create a draft of the chosen checklist, or of the one that the words are clearly about.

    Returns the draft's token and step; the route with likely checklists if the words are unclear;
    None for an empty form. Without a script no question can be drawn, so the general checklist
    takes
    the words to a person.

    Raises:
        StorageError: the database can't be read or written now.
    """
    text, chosen = words_of(form), form.get("checklist", "")
    if not chosen and not text:
        return None
    if not chosen and not form.get("noscript"):
        route = own_words.route_of(text)
        if route.chosen is None:
            return route
        chosen = route.chosen
    name = chosen or general_checklist()
    answers = own_words.answers_with(name, text) if text else None
    created = create_draft(name, language, environment, answers)
    if created and services().canary_mark.is_ours(form.get("canary", "")):
        case = find_case(created[0])
        leave_uncounted(services().engine, case.id if case else "")
    return created


def case_of(token: str) -> Case | None:
    """Return the case of a token in a form or a link, or None."""
    return find_case(token) if 0 < len(token) <= LONGEST_TOKEN else None


def stored_words(case: Case) -> str:
    """Return the customer's description of the problem stored so far."""
    answers = case.stored.draft.answers
    answer = answers.get(person_request.words_step(case.checklist)) or answers.get(OWN_WORDS)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def store_typed(
    token: str, contact: str, own_words: str, language: Language, environment: Environment
) -> Case | str:
    """
    Store the typed text in the draft of a token, or in a new one.

    Returns the case, or the key of the text that says why nothing was stored.

    Raises:
        StorageError: the database can't be read or written now.
    """
    case = case_of(token)
    if case is None:
        created = create_draft(general_checklist(), language, environment)
        case = find_case(created[0]) if created else None
    if case is None:
        return "plain_busy"
    try:
        if case.stored.status != "sent":
            person_request.keep(case, contact, own_words)
    except DraftClosed:
        pass  # sent meanwhile, by a second tap: its number is first
    except DraftTooLarge:
        return "too_large"
    return find_case(case.token) or case
