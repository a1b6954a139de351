"""Checks the pages of questions: adjacent, not too many, and suitable for a shared screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import JsonValue

from intake.authoring.lint.names import Names
from intake.authoring.messages import phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.authoring.syntax.parsed_file import Entry
from intake.journey.conditions import comparisons, comparisons_in, parse_condition
from intake.journey.kinds import spec_of
from intake.journey.model import KeyPath
from intake.journey.pages import rounds
from intake.journey.steps import REVIEW_PAGE, Ask, Check, Step

MAX_ON_A_PAGE: Final = 4


def mistakes_of_page(ask: Ask, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of a question's `page` and `optional`."""
    yield from _needed_though_optional(ask)
    if ask.page is None or ask.optional:
        return
    if spec_of(ask).stands_alone:
        yield Mistake(("page",), phrase("page-unfit", kind=ask.kind), on_key=True)
        return
    yield from _misspelt(ask.page, ask, names)
    drawn = [entry for entry in names.earlier.values() if entry.word in ("ask", "tell")]
    mates = [entry for entry in drawn if _page_of(entry) == ask.page]
    if mates and drawn[-1] is not mates[-1] and ask.page != REVIEW_PAGE:
        between = drawn[drawn.index(mates[-1]) + 1].name
        yield Mistake(("page",), phrase("page-apart", page=ask.page, between=between))
    elif _is_full([*(mate.step for mate in mates if isinstance(mate.step, Ask)), ask]):
        yield Mistake(("page",), phrase("page-full", page=ask.page, most=MAX_ON_A_PAGE))


def _misspelt(page: str, ask: Ask, names: Names) -> Iterator[Mistake]:
    """Yield a mistake for the page of a single question whose name resembles another page."""
    others = names.other_pages(ask.id)
    meant = [other for other, is_begun in others.items() if is_begun]
    near = near_word(page, meant) if page not in others else None
    if near is not None:
        words = phrase("page-alone", page=page, hint=phrase("did-you-mean", near=near))
        yield Mistake(("page",), words, near)


def _needed_though_optional(ask: Ask) -> Iterator[Mistake]:
    """Yield a mistake for each key that needs the answer to an optional question."""
    if not ask.optional:
        return
    needing = {
        "required": ask.required,
        "role": ask.is_contact,
        "record": bool(ask.record),
        "needs": bool(ask.needs),
    }
    for key in (key for key, is_needing in needing.items() if is_needing):
        words = phrase("optional-needed", name=ask.id, key=key)
        yield Mistake((key,), words, on_key=True)


def mistakes_of_last_screen(step: Step, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of a step that depends on a question of the last screen."""
    if isinstance(step, Ask) and step.is_on_review:
        return
    for path, raw in _conditions_with_paths(step):
        for compare in comparisons(parse_condition(raw)[0]):
            name = compare.left.partition(".")[0]
            if _is_asked_last(names, name):
                where = (*path, *compare.path)
                yield Mistake(where, phrase("asked-last", name=name), on_key=True)
    if isinstance(step, Check):
        for key, named in (("of", step.of), ("expect", step.expect)):
            if named is not None and _is_asked_last(names, named):
                yield Mistake((key,), phrase("asked-last", name=named))


def _is_asked_last(names: Names, name: str) -> bool:
    entry = names.earlier.get(name)
    return entry is not None and isinstance(entry.step, Ask) and entry.step.is_on_review


def _conditions_with_paths(step: Step) -> Iterator[tuple[KeyPath, JsonValue]]:
    if step.show_if is not None:
        yield ("show-if",), step.show_if
    if isinstance(step, Ask) and isinstance(step.answer_from, tuple):
        for index, row in enumerate(step.answer_from):
            if row.when is not None:
                yield ("answer-from", index, "when"), row.when


def _page_of(entry: Entry) -> str | None:
    return entry.step.page if isinstance(entry.step, Ask) else None


def _is_full(page: Sequence[Ask]) -> bool:
    """Check whether the last question is the first one too many for its screen."""
    asked = rounds(
        {ask.id: [compare.left for compare in comparisons_in(ask.show_if)] for ask in page}
    )
    last = asked[page[-1].id]
    return sum(number == last for number in asked.values()) == MAX_ON_A_PAGE + 1
