"""The audit's actions and details in the reader's language."""

from __future__ import annotations

import re
from typing import Final

from diagnostics.texts import Language
from intake.accounts.audit import COMMAND_LINE
from intake.accounts.sessions import LINK
from intake.ui.texts import all_words, words

_SEPARATOR: Final = ", "
# The second form is that of earlier releases.
_COUNT: Final = re.compile(
    r"(?P<thing>tickets|drafts)=(?P<n>\d+)|(?P<old_n>\d+) (?P<old_thing>tickets|unsent drafts)"
)


def audit_words(action: str, detail: str, language: Language) -> str:
    """Return an action with its detail in words; an unknown one as it was written."""
    what = _word(f"audit_{action}", action, language)
    if not detail:
        return what
    details = (_detail(part, language) for part in detail.split(_SEPARATOR))
    return f"{what}: {_SEPARATOR.join(details)}"


def login_words(login: str, language: Language) -> str:
    """Return words for the printed link and the command line, and any other login as it is."""
    if login == LINK:
        return words("audit_detail_link", language)
    return words("audit_command_line", language) if login == COMMAND_LINE else login


def _detail(part: str, language: Language) -> str:
    if count_match := _COUNT.fullmatch(part):
        thing = count_match["thing"] or count_match["old_thing"].removeprefix("unsent ")
        return words(
            f"audit_count_{thing}", language, count=count_match["n"] or count_match["old_n"]
        )
    return _word(f"audit_detail_{part}", part, language)


def _word(key: str, otherwise: str, language: Language) -> str:
    name = key.replace(".", "_").replace("-", "_")
    return words(name, language) if name in all_words() else otherwise
