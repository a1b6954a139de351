"""
Which questions stand on one screen: neighbours that name the same page.

What one of them leads to is asked on the screen after it, so that nothing appears under the finger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from intake.journey.journey import Journey
from intake.journey.steps import Ask, Tell

Screen = tuple[Ask | Tell, ...]


def screens(journey: Journey) -> tuple[Screen, ...]:
    """
    Every screen that is to be shown as far as is known now, in order, with its steps.

    Without the last one, where everything is read back.
    """
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
    When each question of a page is asked: 0 at first, 1 after the Next that may lead to it.

    `needs` are the steps that a question's condition compares, by question, in their order.
    """
    numbers: dict[str, int] = {}
    for name, needed in needs.items():
        numbers[name] = max((numbers[mate] + 1 for mate in needed if mate in numbers), default=0)
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
    The steps to draw together with this one, in order; alone without a page.

    A question that a running check may answer is left out as long as there are others: once it is
    measured, it may need no answer.
    """
    screen = next((screen for screen in screens(journey) if step in screen), (step,))
    answers = journey.draft.answers
    return tuple(
        mate
        for mate in screen
        if mate is step or mate.id in answers or not journey.is_waiting(mate)
    )


def _share_page(step: Ask | Tell, other: Ask | Tell) -> bool:
    if not isinstance(step, Ask) or not isinstance(other, Ask):
        return False
    return step.page is not None and step.page == other.page
