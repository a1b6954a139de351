"""What an action of the audit is called, and its detail, in words of the reader's language."""

from __future__ import annotations

import re
from typing import Final

from diagnostics.texts import Language
from intake.accounts.audit import COMMAND_LINE
from intake.accounts.sessions import LINK
from intake.ui.texts import all_words, words

_SEVERAL: Final = ", "
# The second form is what releases wrote into the audit before.
_COUNT: Final = re.compile(
    r"(?P<thing>tickets|drafts)=(?P<n>\d+)|(?P<old_n>\d+) (?P<old_thing>tickets|unsent drafts)"
)


def audit_words(action: str, detail: str, language: Language) -> str:
    """An action with its detail; what has no words of ours stands as it was written."""
    what = _word(f"audit_{action}", action, language)
    if not detail:
        return what
    details = (_detail(part, language) for part in detail.split(_SEVERAL))
    return f"{what}: {_SEVERAL.join(details)}"


def login_words(login: str, language: Language) -> str:
    """Who it was where nobody signed in with a login of their own, else the login."""
    if login == LINK:
        return words("audit_detail_link", language)
    return words("audit_command_line", language) if login == COMMAND_LINE else login


def _detail(part: str, language: Language) -> str:
    if counted := _COUNT.fullmatch(part):
        thing = counted["thing"] or counted["old_thing"].removeprefix("unsent ")
        return words(f"audit_count_{thing}", language, count=counted["n"] or counted["old_n"])
    return _word(f"audit_detail_{part}", part, language)


def _word(key: str, otherwise: str, language: Language) -> str:
    name = key.replace(".", "_").replace("-", "_")
    return words(name, language) if name in all_words() else otherwise
