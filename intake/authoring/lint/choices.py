"""Checks the choices of a question: at least two, with distinct labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.authoring.lint.names import MIN_CHOICES
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.authoring.syntax.other_tools import OF_THE_QUESTION
from intake.journey.conditions import UNKNOWN
from intake.journey.kinds import spec_of
from intake.journey.steps import Ask

# The product itself offers "I don't know": a choice with that label would count as an answer.
_DONT_KNOW: Final = re.compile(
    r"\W*(?:(?:i\s+)?(?:do\s?n[o’']?t|don[’']?t|can(?:no|[’'])?t|cannot)\s+(?:know|say|tell)"
    r"|(?:i[’']?m\s+)?(?:not\s+sure|unsure)|no\s+idea|hard\s+to\s+say|unknown"
    r"|(?:я\s+)?(?:не\s+знаю|не\s+уверен\w*|не\s+могу\s+сказать|не\s+помню)"
    r"|затрудняюсь(?:\s+(?:ответить|сказать))?|трудно\s+сказать|неизвестно)\W*",
    re.IGNORECASE,
)


def mistakes_of_choices(ask: Ask) -> Iterator[Mistake]:
    """Yield the mistakes of a question's choices."""
    # A yes-no question has choices, but not in the file.
    has_choices = "choices" in spec_of(ask).keys
    if has_choices and len(ask.choices) < MIN_CHOICES:
        # Report at the single choice, or at the step if there is none.
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
    """Yield mistakes for repeated labels, and for an author's own "I don't know"."""
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
