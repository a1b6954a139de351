"""Whether a customer can tell the choices of a question apart, and choose each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.authoring.lint.names import FEWEST_CHOICES
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.authoring.syntax.other_tools import OF_THE_QUESTION
from intake.journey.conditions import UNKNOWN
from intake.journey.kinds import spec_of
from intake.journey.steps import Ask

# What we offer ourselves below every question: a choice beside it would be counted as an answer.
_DONT_KNOW: Final = re.compile(
    r"\W*(?:(?:i\s+)?(?:do\s?n[o’']?t|don[’']?t|can(?:no|[’'])?t|cannot)\s+(?:know|say|tell)"
    r"|(?:i[’']?m\s+)?(?:not\s+sure|unsure)|no\s+idea|hard\s+to\s+say|unknown"
    r"|(?:я\s+)?(?:не\s+знаю|не\s+уверен\w*|не\s+могу\s+сказать|не\s+помню)"
    r"|затрудняюсь(?:\s+(?:ответить|сказать))?|трудно\s+сказать|неизвестно)\W*",
    re.IGNORECASE,
)


def mistakes_of_choices(ask: Ask) -> Iterator[Mistake]:
    """What is wrong with the choices of a question."""
    # A yes-no question has choices, and none that an author may write.
    has_choices = "choices" in spec_of(ask).keys
    if has_choices and len(ask.choices) < FEWEST_CHOICES:
        # One choice is shown by itself; where there is none, the step is all there is to show.
        path = ("choices", *ask.choices) if ask.choices else ("ask",)
        words = phrase("few-choices", name=ask.id, kind=ask.kind)
        yield Mistake(path, words, on_key=bool(ask.choices))
    if not has_choices and ask.choices:
        words = phrase("choices-unwanted", name=ask.id, kind=ask.kind)
        yield Mistake(("choices",), words, on_key=True)
        return
    for choice, text in ask.choices.items():
        if choice in OF_THE_QUESTION and isinstance(text.root, str):
            yield Mistake(("choices", choice), phrase("key-in-choices", key=choice), on_key=True)
            return
    if UNKNOWN in ask.choices:
        yield Mistake(("choices", UNKNOWN), phrase("reserved-choice"), on_key=True)
    yield from _alike(ask)


def _alike(ask: Ask) -> Iterator[Mistake]:
    """Labels that stand twice, and an "I don't know" of the author's own."""
    first: dict[tuple[str, str], str] = {}
    mentioned: set[str] = set()
    for choice, text in ask.choices.items():
        for language, line in text.lines.items():
            label = (language, " ".join(line.split()).casefold())
            if _DONT_KNOW.fullmatch(line) and ask.dont_know and choice != UNKNOWN:
                words = phrase("own-dont-know", label=cut(line))
            elif label in first:
                words = phrase("label-twice", label=cut(line), choice=first[label])
            else:
                first[label] = choice
                continue
            if choice not in mentioned:
                mentioned.add(choice)
                path = ("choices", choice, language) if language else ("choices", choice)
                yield Mistake(path, words)
