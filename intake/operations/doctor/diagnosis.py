"""One result of the doctor: the state of a part of the service, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from diagnostics.texts import LANGUAGES, Language, load_catalogue, one_line

ExaminationResult = Literal["good", "warning", "bad"]
_MAX_VALUE_LENGTH: Final = 600


@dataclass(frozen=True, slots=True)
class Examination:
    """
    The state of a part of the service; `code` names its words in words.yaml.

    A value that differs by language is a mapping by language.

    bad: customers, staff or tickets suffer from it, now or at the next start. warning: it works,
    but something deserves attention.
    """

    part: str
    condition: ExaminationResult
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: Language) -> str:
        """Return what was found, and what to do."""
        lines = load_catalogue(Path(__file__).with_name("words.yaml"))[self.code]
        chosen = language if language in LANGUAGES else "en"
        line: str = lines[chosen]
        values = {
            name: value[chosen] if isinstance(value, Mapping) else value
            for name, value in self.values.items()
        }
        # Values may come from a server's answer or a file's name.
        return line.format(**{k: one_line(str(v), _MAX_VALUE_LENGTH) for k, v in values.items()})


def good(part: str, code: str, **values: object) -> Examination:
    """Return an examination of a part that is as it should be."""
    return Examination(part, "good", code, values)


def warning(part: str, code: str, **values: object) -> Examination:
    """Return an examination of a part that works but deserves attention."""
    return Examination(part, "warning", code, values)


def bad(part: str, code: str, **values: object) -> Examination:
    """Return an examination of a part that fails."""
    return Examination(part, "bad", code, values)
