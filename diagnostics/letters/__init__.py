"""
Returned letters: read a notice of failed delivery, and find its cause.

Pure: bytes or text in, a `LetterReading` out. `read_letter` is imported from its own module,
because a list of the causes doesn't need the parsers of letters. `causes.yaml` holds every cause
and its texts, `phrases.yaml` and `status_codes.yaml` how servers express them.
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
]
