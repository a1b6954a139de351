"""One thing that the doctor looked at: how it is, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from diagnostics.texts import LANGUAGES, Language, load_catalogue, one_line

ExaminationResult = Literal["good", "warning", "bad"]
_MOST_WORDS: Final = 600


@dataclass(frozen=True, slots=True)
class Examination:
    """
    What was found of a part of the service; `code` names its words in words.yaml.

    A value that reads otherwise in each language is a mapping by language.

    bad: customers, staff or tickets suffer by it, now or at the next start. warning: it works, and
    something is worth a look.
    """

    part: str
    condition: ExaminationResult
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: Language) -> str:
        """What was seen, and what to do."""
        lines = load_catalogue(Path(__file__).with_name("words.yaml"))[self.code]
        spoken = language if language in LANGUAGES else "en"
        line: str = lines[spoken]
        values = {
            name: value[spoken] if isinstance(value, Mapping) else value
            for name, value in self.values.items()
        }
        # Values may come from a server's answer or a file's name.
        return line.format(**{k: one_line(str(v), _MOST_WORDS) for k, v in values.items()})


def good(part: str, code: str, **values: object) -> Examination:
    """It is as it should be."""
    return Examination(part, "good", code, values)


def warning(part: str, code: str, **values: object) -> Examination:
    """It works, and is worth a look."""
    return Examination(part, "warning", code, values)


def bad(part: str, code: str, **values: object) -> Examination:
    """Somebody suffers by it."""
    return Examination(part, "bad", code, values)
