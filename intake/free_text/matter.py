"""Extracts the problem description of a text: without quotations and login data."""

from __future__ import annotations

import re
from typing import Final

from intake.free_text.quotations import own_lines
from intake.journey.vagueness import emptiness
from intake.redaction import MASK, redact

_MOST: Final = 20_000  # characters that are examined
_LOGIN: Final = r"(?:log-?in|user(?:name)?|логин|юзер|пользователь)[ \t:=-]{1,3}[^\s,;•]{1,40}"
_HEADING: Final = (
    r"(?:данные для (?:входа|доступа)|доступы?(?: (?:в|к|от|на) [^\s:•]{1,30})?"
    r"|(?:access|login)(?: details| data)?|credentials)\s?:"
)
_KEY: Final = (
    r"(?:(?:логин|login|user(?:name)?)\s?(?:[/+&]|и|and)\s?)?"
    r"(?:парол[ьюя]?\w{0,2}|п@роль|пасс?(?:ворд)?|parol\w{0,2}|pass(?:word|wd|phrase|code)?|pwd?|psw"
    r"|creds|credentials|authorization|bearer|token|токен\w{0,2}|(?:api[ _-]?)?key|ключ\w{0,2})"
)
_BETWEEN: Final = r"(?:(?!\b(?:не|not|no|denied|wrong)\b|n't)[^.!?\n•,]){0,60}"
# «логин root, пароль ••••••»: login data given with the description. If the following words
# complain about it, as in "my password •••••• is refused", it is part of the description.
_HANDED_OVER: Final = re.compile(
    rf"(?:{_HEADING}[^.!?\n•]{{0,60}}?)?(?:\b{_LOGIN}[\s,;/]{{1,4}})?(?:\b{_KEY}\b{_BETWEEN})?"
    rf"{re.escape(MASK)}(?!\W{{0,3}}(?:не|is|isn|was|does|doesn|did|won|no|not|больше|перестал)\b)"
    rf"(?:[\s,;/]{{1,4}}{_LOGIN})?",
    re.IGNORECASE,
)

_KEY_FRAME: Final = re.compile(r"-----(?:BEGIN|END)[A-Z0-9 ]{1,40}-----")
# Of "postgres://user:…@host/name" only the program is part of the description.
_DATABASE_ADDRESS: Final = re.compile(
    r"[\w=]{0,40}\b(mysql|mariadb|postgres|postgresql|mongodb|redis)(?:\+\w{1,10})?://\S{0,300}",
    re.IGNORECASE,
)


def problem_description(text: str) -> str:
    """Return the text without quotations, secrets and the logins given with them."""
    own = own_words_of(text[:_MOST])
    masked = redact(own).text
    if MASK not in masked:
        return own
    return _HANDED_OVER.sub(" . ", _KEY_FRAME.sub(" ", _DATABASE_ADDRESS.sub(r" \1 ", masked)))


def own_words_of(text: str) -> str:
    """Return the text without its quotation; all of it if the rest says nothing."""
    own = own_lines(text)
    return own if own and emptiness(own) is None else text
