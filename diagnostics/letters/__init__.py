"""
Returned letters: what a notice of failed delivery says, and what follows from it.

Pure: bytes or text in, a `LetterReading` out. `causes.yaml` holds every cause and its words,
`phrases.yaml` and `status_codes.yaml` how servers say it.
"""

from diagnostics.letters.causes import (
    LetterText,
    cause_name,
    fixer_of_cause,
    letter_causes,
    letter_facts,
    letter_fixers,
    letter_text,
)
from diagnostics.letters.letter_reading import LetterReading, Outcome, RecipientReading
from diagnostics.letters.read_letter import read_letter

__all__ = [
    "LetterReading",
    "LetterText",
    "Outcome",
    "RecipientReading",
    "cause_name",
    "fixer_of_cause",
    "letter_causes",
    "letter_facts",
    "letter_fixers",
    "letter_text",
    "read_letter",
]
