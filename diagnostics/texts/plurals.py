"""The plural form that a number takes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from diagnostics.late_imports import importing
from diagnostics.texts.language import Language

if TYPE_CHECKING:
    from babel import Locale


def plural_form(count: float, language: Language) -> str:
    """
    Return the category that a number has in a language: "one", "few", "many" or "other".

    Source:
        Unicode CLDR, language plural rules (UTS #35, part 3).

    """
    return str(_locale(language).plural_form(count))


@cache
def _locale(language: Language) -> Locale:
    with importing:
        from babel import Locale  # noqa: PLC0415 - most commands show no number
    return Locale(language)
