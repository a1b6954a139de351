"""
Groups neighbouring questions with the same `page` on one screen.

A question that depends on another of the page is asked on a following screen, so that no question
appears while the customer is tapping.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from intake.journey.journey import Journey
from intake.journey.steps import Ask, Tell

Screen = tuple[Ask | Tell, ...]


def screens(journey: Journey) -> tuple[Screen, ...]:
    """Return the screens known so far, in order, each with its steps; without the review screen."""
    grouped: list[list[Ask | Tell]] = []
    on_review = {step.id for step in journey.for_review}
    for entry in journey.visible:
        if entry.is_known or entry.step.id in on_review:
            continue
        if grouped and _share_page(grouped[-1][-1], entry.step):
            grouped[-1].append(entry.step)
        else:
            grouped.append([entry.step])
    return tuple(screen for group in grouped for screen in _by_round(journey, group))


def rounds(needs: Mapping[str, Collection[str]]) -> dict[str, int]:
    """
    Return the round in which each question of a page is asked, from 0.

    A question follows one round after the last one that its condition needs. `needs` are the steps
    that each question's condition compares, in the order of the questions.
    """
    numbers: dict[str, int] = {}
    for name, needed in needs.items():
        numbers[name] = max((numbers[other] + 1 for other in needed if other in numbers), default=0)
    return numbers


def _by_round(journey: Journey, group: Sequence[Ask | Tell]) -> Iterator[Screen]:
    if len(group) == 1:
        yield tuple(group)
        return
    compiled = journey.checklist.compiled_by_id
    asked = rounds({step.id: compiled[step.id].needs for step in group})
    for number in sorted(set(asked.values())):
        yield tuple(step for step in group if asked[step.id] == number)


def screen_of(journey: Journey, step: Ask | Tell) -> Screen:
    """
    Return the steps to draw together with this one, in order.

    A question that a running check may answer is left out if there are others: once it is measured,
    it may need no answer.
    """
    screen = next((screen for screen in screens(journey) if step in screen), (step,))
    answers = journey.draft.answers
    return tuple(
        other
        for other in screen
        if other is step or other.id in answers or not journey.is_waiting(other)
    )


def _share_page(step: Ask | Tell, other: Ask | Tell) -> bool:
    if not isinstance(step, Ask) or not isinstance(other, Ask):
        return False
    return step.page is not None and step.page == other.page
