"""An alarm, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from diagnostics.texts import Language, load_catalogue, one_line

_WORDS: Final = Path(__file__).with_name("words.yaml")
_MAX_VALUE_LENGTH: Final = 300
_MAX_KEY_LENGTH: Final = 120


@dataclass(frozen=True, slots=True)
class Alarm:
    """
    A fault that a person must fix; `code` names its words, `about` tells two of one kind apart.

    `after`: how long it must last before it is reported. `is_mailed`: another part mails about it
    already, so only the webhook is called. `is_local`: it concerns this process alone, and no other
    may report it as over.
    """

    code: str
    about: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    after: timedelta = timedelta(0)
    is_mailed: bool = False
    is_local: bool = False
    stored_words: str = ""  # the words under which an earlier process reported it

    @property
    def key(self) -> str:
        """The key that identifies the same fault in the next round."""
        return f"{self.code}:{self.about}"[:_MAX_KEY_LENGTH]

    def subject(self, language: Language) -> str:
        """Return what is wrong, in one line."""
        return self.stored_words or _words(self.code, language).format(**self._display_values())

    def remedy(self, language: Language) -> str:
        """Return what to do about it."""
        return _words(f"{self.code}-do", language).format(**self._display_values())

    def _display_values(self) -> dict[str, str]:
        values = {"about": self.about, **self.values}
        return {name: one_line(str(value), _MAX_VALUE_LENGTH) for name, value in values.items()}


def alarm_words(name: str, language: Language, **values: object) -> str:
    """Return a phrase of the mails that belongs to no single fault."""
    return _words(name, language).format(**values)


def _words(name: str, language: Language) -> str:
    lines = load_catalogue(_WORDS)[name]
    line: str = lines["ru" if language == "ru" else "en"]
    return line
