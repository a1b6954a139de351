"""A fault that is seen now, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from diagnostics.texts import Language, load_catalogue, one_line

_WORDS: Final = Path(__file__).with_name("words.yaml")
_LONGEST: Final = 300
_LONGEST_KEY: Final = 120


@dataclass(frozen=True, slots=True)
class Alarm:
    """
    Something that a person must mend; `code` names its words, `about` tells two of them apart.

    `after`: how long it has to last before anybody is told. `is_mailed`: a mail about it leaves
    already from where it happens, so only the webhook is told. `is_local`: it is of this process
    alone, and no other may say that it is over.
    """

    code: str
    about: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    after: timedelta = timedelta(0)
    is_mailed: bool = False
    is_local: bool = False
    kept_words: str = ""  # the words of when it was told, by a process before this one

    @property
    def key(self) -> str:
        """What makes it the same fault at the next look."""
        return f"{self.code}:{self.about}"[:_LONGEST_KEY]

    def subject(self, language: Language) -> str:
        """What is wrong, in one line."""
        return self.kept_words or _words(self.code, language).format(**self._shown())

    def remedy(self, language: Language) -> str:
        """What to do about it."""
        return _words(f"{self.code}-do", language).format(**self._shown())

    def _shown(self) -> dict[str, str]:
        values = {"about": self.about, **self.values}
        return {name: one_line(str(value), _LONGEST) for name, value in values.items()}


def phrase(name: str, language: Language, **values: object) -> str:
    """Words of the mails that belong to no single fault."""
    return _words(name, language).format(**values)


def _words(name: str, language: Language) -> str:
    lines = load_catalogue(_WORDS)[name]
    line: str = lines["ru" if language == "ru" else "en"]
    return line
