"""The causes for which letters come back, and their words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import JsonValue

from diagnostics.letters.letter_reading import LetterReading
from diagnostics.texts import Language, load_catalogue

_CATALOGUE = Path(__file__).with_name("causes.yaml")


class LetterText(NamedTuple):
    """What a reading means, in one language."""

    title: str
    explanation: str
    remedy: str
    who: str


def letter_causes() -> tuple[str, ...]:
    """Every cause there is, in the catalogue's order."""
    return tuple(load_catalogue(_CATALOGUE)["causes"])


def letter_fixers() -> tuple[str, ...]:
    """Everybody who may be able to change something."""
    return tuple(load_catalogue(_CATALOGUE)["fixers"])


def fixer_of_cause(cause: str) -> str:
    """Return who can change something about a cause."""
    return str(_row(cause)["fixer"])


def letter_facts(reading: LetterReading) -> dict[str, JsonValue]:
    """Return what conditions may ask about a reading; what the notice doesn't say is absent."""
    leading = reading.leading
    values: dict[str, JsonValue] = {
        "cause": reading.cause if reading.cause != "unknown" else None,
        "fixer": fixer_of_cause(reading.cause),
        "outcome": reading.outcome,
        "code": leading.smtp_code if leading else None,
        "status": leading.status if leading else None,
        "recipient": leading.recipient or None if leading else None,
    }
    return {name: value for name, value in values.items() if value is not None}


def cause_name(cause: str, language: Language) -> str:
    """Return a cause in a few words, for lists and subjects."""
    return str(_row(cause)["name"][language])


def letter_text(reading: LetterReading, language: Language) -> LetterText:
    """Return what a reading means: what was seen, why, what to do, and who can do it."""
    catalogue = load_catalogue(_CATALOGUE)
    row, leading = _row(reading.cause), reading.leading
    recipient = leading.recipient if leading else ""
    names = {
        "recipient": recipient,
        "person": recipient,
        "domain": recipient.rpartition("@")[2],
        "host": leading.remote_host if leading else "",
    }
    unnamed = catalogue["unnamed"]
    values = {name: text or unnamed[name][language] for name, text in names.items()}
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
