"""The questions and advice that `checklists try` went through, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from diagnostics.texts import Language, one_line
from intake.authoring.simulation.walk import WalkResult
from intake.journey.display import display_of
from intake.journey.draft import Answer, Source
from intake.journey.filled_texts import fill_step
from intake.journey.journey import SOLVED
from intake.journey.steps import Ask, Tell

_MAX_LENGTH: Final = 100  # characters of an answer or an advice
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "way": ("Questions and advice, in order:", "Вопросы и советы по порядку:"),
    "advice": ("advice", "совет"),
    SOLVED: ("solved", "помогло"),
    "go-on": ("went on", "не помогло, дальше"),
    "read": ("read", "прочитан"),
    "measured": ("measured, not asked", "измерено, вопроса не было"),
    "confirmed": ("measured and confirmed", "измерено и подтверждено"),
    "contradicted": ("measured otherwise", "измерено другое"),
    "browser": ("from the browser", "из браузера"),
}


def walk_lines(walked: WalkResult, language: Language) -> Iterator[str]:
    """Yield each question with its answer, and each advice with its result; ids come first."""
    yield _say("way", language)
    silent = [entry.step.id for entry in walked.journey.visible if entry.silent]
    entries = {entry.step.id: entry for entry in walked.journey.visible}
    for name in (*walked.asked, *silent):
        entry = entries.get(name)
        if entry is None or entry.answer is None:  # a later answer has hidden it again
            continue
        if isinstance(entry.step, Tell):
            advice = fill_step(walked.journey, entry.step)
            yield f"  {name}: {_advice(advice, entry.answer, language)}"
        else:
            asked = fill_step(walked.journey, entry.step)
            yield f"  {name}: {_answer(asked, entry.answer, language, is_silent=entry.silent)}"


def _advice(step: Tell, answer: Answer, language: Language) -> str:
    is_asked = step.solved == "offer"
    result = _say(str(answer.value) if is_asked else "read", language)
    text = one_line(step.text.in_(language), _MAX_LENGTH)
    return f"[{_say('advice', language)}: {result}] {text}"


def _answer(step: Ask, answer: Answer, language: Language, *, is_silent: bool) -> str:
    text = one_line(display_of(step, answer.value, language, reference=answer.at), _MAX_LENGTH)
    source = "measured" if is_silent else answer.source.value
    if source in (Source.CUSTOMER, Source.UNKNOWN):
        return text
    return f"{text} ({_say(source, language)})" if source in _WORDS else text


def _say(word: str, language: Language) -> str:
    english, russian = _WORDS[word]
    return russian if language == "ru" else english
