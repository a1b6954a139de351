"""What an action of the audit is called, and its detail, in words of the reader's language."""

from __future__ import annotations

from typing import Final

from diagnostics.texts import Language
from intake.ui.texts import all_words, words

_SEVERAL: Final = ", "


def audit_words(action: str, detail: str, language: Language) -> str:
    """An action with its detail; what has no words of ours stands as it was written."""
    what = _word(f"audit_{action}", action, language)
    if not detail:
        return what
    details = (_word(f"audit_detail_{part}", part, language) for part in detail.split(_SEVERAL))
    return f"{what}: {_SEVERAL.join(details)}"


def _word(key: str, otherwise: str, language: Language) -> str:
    name = key.replace(".", "_").replace("-", "_")
    return words(name, language) if name in all_words() else otherwise
