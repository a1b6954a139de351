"""Whether the questions of a page fit on one screen: neighbours, few, none for a screen alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.lint.names import Names
from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.authoring.syntax.parsed_file import Entry
from intake.journey.conditions import compares_in
from intake.journey.kinds import spec_of
from intake.journey.pages import rounds
from intake.journey.steps import Ask

MOST_ON_A_PAGE: Final = 4


def mistakes_of_page(ask: Ask, names: Names) -> Iterator[Mistake]:
    """What is wrong with the page of a question, if it names one."""
    if ask.page is None:
        return
    if spec_of(ask).stands_alone:
        yield Mistake(("page",), phrase("page-unfit", kind=ask.kind), on_key=True)
        return
    drawn = [entry for entry in names.passed.values() if entry.word in ("ask", "tell")]
    mates = [entry for entry in drawn if _page_of(entry) == ask.page]
    if mates and drawn[-1] is not mates[-1]:
        between = drawn[drawn.index(mates[-1]) + 1].name
        yield Mistake(("page",), phrase("page-apart", page=ask.page, between=between))
    elif _is_full([*(mate.step for mate in mates if isinstance(mate.step, Ask)), ask]):
        yield Mistake(("page",), phrase("page-full", page=ask.page, most=MOST_ON_A_PAGE))


def _page_of(entry: Entry) -> str | None:
    return entry.step.page if isinstance(entry.step, Ask) else None


def _is_full(page: Sequence[Ask]) -> bool:
    """Whether the last of them is the first that is too much for its screen."""
    asked = rounds({ask.id: [compare.left for compare in compares_in(ask.show_if)] for ask in page})
    last = asked[page[-1].id]
    return sum(number == last for number in asked.values()) == MOST_ON_A_PAGE + 1
