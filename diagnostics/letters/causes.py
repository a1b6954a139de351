"""The causes for which letters come back, and their texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import JsonValue

from diagnostics.letters.letter_reading import LetterReading
from diagnostics.texts import Language, load_catalogue

_CATALOGUE = Path(__file__).with_name("causes.yaml")


class LetterText(NamedTuple):
    """The meaning of a reading, in one language."""

    title: str
    explanation: str
    remedy: str
    who: str


def letter_causes() -> tuple[str, ...]:
    """Return every cause, in the catalogue's order."""
    return tuple(load_catalogue(_CATALOGUE)["causes"])


def letter_fixers() -> tuple[str, ...]:
    """Return everybody who may be able to fix a cause."""
    return tuple(load_catalogue(_CATALOGUE)["fixers"])


def fixer_of_cause(cause: str) -> str:
    """Return who can fix a cause."""
    return str(_row(cause)["fixer"])


def letter_facts(reading: LetterReading) -> dict[str, JsonValue]:
    """Return the facts of a reading for conditions; what the notice doesn't say is left out."""
    main_recipient = reading.main_recipient
    values: dict[str, JsonValue] = {
        "cause": reading.cause if reading.cause != "unknown" else None,
        "fixer": fixer_of_cause(reading.cause),
        "outcome": reading.outcome,
        "code": main_recipient.smtp_code if main_recipient else None,
        "status": main_recipient.status if main_recipient else None,
        "recipient": main_recipient.recipient or None if main_recipient else None,
    }
    return {name: value for name, value in values.items() if value is not None}


def cause_name(cause: str, language: Language) -> str:
    """Return a cause in a few words, for lists and subjects."""
    return str(_row(cause)["name"][language])


def letter_text(reading: LetterReading, language: Language) -> LetterText:
    """Return the meaning of a reading: what was seen, why, what to do, and who can do it."""
    catalogue = load_catalogue(_CATALOGUE)
    row, main_recipient = _row(reading.cause), reading.main_recipient
    recipient = main_recipient.recipient if main_recipient else ""
    names = {
        "recipient": recipient,
        "person": recipient,
        "domain": recipient.rpartition("@")[2],
        "host": main_recipient.remote_host if main_recipient else "",
    }
    fallbacks = catalogue["unnamed"]
    values = {name: text or fallbacks[name][language] for name, text in names.items()}
    title, explanation, remedy = (
        str(row[part][language]).format(**values) for part in ("title", "explanation", "remedy")
    )
    if reading.outcome == "delayed" and reading.cause != "delayed":
        explanation = f"{explanation} {catalogue['still_trying'][language]}"
    return LetterText(
        title[:1].upper() + title[1:],
        explanation,
        remedy,
        catalogue["fixers"][row["fixer"]][language],
    )


def _row(cause: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] = load_catalogue(_CATALOGUE)["causes"][cause]
    return row
