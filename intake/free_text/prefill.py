"""Answers to a checklist's questions found in a text, to be confirmed by the customer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from pydantic import JsonValue

from intake.free_text.text_reading import TextReading, target_of
from intake.journey.checklist import Checklist
from intake.journey.kinds import choices_of, letter_answer
from intake.journey.model import Text
from intake.journey.steps import Ask, DetailOf

_CHANGED = "changed"  # item of record: what was changed before the problem
_ERROR = "error"  # item of record: what the browser shows
# Words in Latin letters within a Russian label: "FTP", "Outlook", "Access denied for user".
_TERM: Final = re.compile(r"[A-Za-z][A-Za-z'’_.-]{2,}(?: [A-Za-z'’_.-]+)*")


def prefills(checklist: Checklist, reading: TextReading, text: str) -> dict[str, JsonValue]:
    """
    Return values for questions' fields, by question; none is an answer until confirmed.

    Of some kinds only the first question is prefilled: which site, which mailbox, since when.
    """
    values: dict[str, JsonValue] = {}
    seen: set[str] = set()
    for ask in checklist.asks:
        if ask.is_contact or (ask.kind in seen and ask.kind in _ONCE):
            continue
        seen.add(ask.kind)
        value = next(_values(checklist, ask, reading, text), None)
        if value is not None:
            values[ask.id] = value
    return values


_ONCE = frozenset({"target", "e-mail", "moment", "letter"})


def _values(checklist: Checklist, ask: Ask, reading: TextReading, text: str) -> Iterator[JsonValue]:
    if ask.kind == "target":
        kinds = {check.diagnose for check in checklist.checks if check.of == ask.id}
        named = reading.server if kinds == {"server"} else target_of(reading, text)
        if named is not None:
            yield named
    elif ask.kind == "e-mail" and reading.mailbox is not None:
        yield reading.mailbox
    elif ask.kind == "moment" and reading.since is not None:
        yield dict(reading.since)
    elif ask.kind == "letter" and reading.letter is not None:
        yield letter_answer(text, [])
    elif choices_of(ask):
        yield from _choice_values(ask, reading, text)
    elif isinstance(ask.role, DetailOf) and reading.code is not None:
        yield reading.code


def _choice_values(ask: Ask, reading: TextReading, text: str) -> Iterator[JsonValue]:
    choices = choices_of(ask)
    is_symptom = ask.answer_from is not None and str(ask.answer_from).endswith(".symptom")
    if _CHANGED in ask.record and reading.change in choices:
        yield reading.change
    elif (is_symptom or _ERROR in ask.record) and reading.symptom in choices:
        yield reading.symptom
    elif ask.kind == "choice" and (named := _choice_named_in(text, choices)) is not None:
        yield named


def _choice_named_in(text: str, choices: Mapping[str, Text]) -> str | None:
    """
    Return the only choice whose product or error a text names, or None.

    What a Russian label writes in Latin letters is what programs show and people repeat in either
    language; what two labels have tells nothing.
    """
    terms = {name: _terms_of(label.in_("ru")) for name, label in choices.items()}
    named = [
        name
        for name, own in terms.items()
        if any(
            term.search(text)
            for spelling, term in own.items()
            if not any(spelling in other for key, other in terms.items() if key != name)
        )
    ]
    return named[0] if len(named) == 1 else None


@lru_cache(maxsize=512)
def _terms_of(label: str) -> Mapping[str, re.Pattern[str]]:
    spellings = {match[0].lower() for match in _TERM.finditer(label)}
    return {
        spelling: re.compile(rf"(?<![a-z0-9]){re.escape(spelling)}(?![a-z0-9])", re.IGNORECASE)
        for spelling in spellings
    }
