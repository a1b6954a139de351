"""
Secrets in the midst of sentences: the second password of «был …, а новый …», backup codes.

No sign ties these to a label. What is masked must look made up, and stand where one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from intake.redaction import value_shape as shape
from intake.redaction.linear_patterns import compiled
from intake.redaction.model import SecretKind, SecretSpan

_MAX_LABELS: Final = 2000
_WINDOW: Final = 200  # characters of a line, after a label
_PASSWORD: Final = compiled(r"(?i)passwor[dt]|парол(?:ями|ях|ям|ей|ем|ь|я|ю|и)|parol(?:em|ya|i)?")
_WORD: Final = re.compile(r"\S{6,64}")
# What stands right before a password that is told.
_TOLD_BY: Final = re.compile(
    r"(?:[,:;—–(\"«“'`]|\b(?:was|is|to|from|or|new|old|one|now|был|была|это|на|с|или|новый|старый"
    r"|теперь|сейчас))[ \t]{0,3}[\"«“'`]?$",
    re.IGNORECASE,
)
_OF_AN_ACCOUNT: Final = re.compile(
    r"(?:user(?:name)?|login|account|host|server|site|domain|логин[а-яё]*|пользовател[а-яё]+"
    r"|уч[её]т[а-яё]+|сервер[а-яё]*|сайт[а-яё]*|домен[а-яё]*|договор[а-яё]*|order|ticket|заказ"
    r"[а-яё]*|№)(?:[ \t]{1,3}(?:is|was|помню|был|такой|это))?[ \t:]{0,3}[\"«“'`]?$",
    re.IGNORECASE,
)
_SET_TO: Final = compiled(
    r"(?i)(?:changed|set|reset|switched|поменял[аи]?|сменил[аи]?|изменил[аи]?)[ \t]{1,3}"
    r"(?:it|this|that|его|их|пароль)?[ \t]{0,3}"
    r"(?:(?:from|с)[ \t]{1,3}(\S{6,64})[ \t]{1,3})?(?:to|на)[ \t]{1,3}(\S{6,64})"
)
_BACKUP_CODES: Final = compiled(
    r"(?i)(?:backup|recovery|scratch)[ -]codes?"
    r"|(?:резервн|аварийн|запасн)[а-яё]{2,3} код[а-яё]{0,3}"
)
_ONE_CODE: Final = re.compile(
    r"(?<![\w.-])(?:[0-9a-z]{4,6}-[0-9a-z]{4,6}(?:-[0-9a-z]{4,6})?|\d{6,10}|\d{4} \d{4})(?![\w-])",
    re.IGNORECASE,
)
_APP_PASSWORD: Final = compiled(
    r"(?i)(?:парол[а-яё]{1,2}[ \t](?:для[ \t])?приложени[а-яё]"
    r"|app(?:lication)?[ -](?:specific[ -])?password)"
    r"[ \t]{0,3}(?:is|:|-|—|=)?[ \t]{0,3}((?:[a-z]{4}[ \t]?){3}[a-z]{4})(?:[^a-z]|$)"
)
_QUOTED_TO: Final = compiled(
    r"(?i)(?:passwor[dt]|passphrase|парол(?:ем|ь|я))[ \t]"
    r"(?:[^\n\"«“.:]{0,40}[ \t])?(?:to|is|на|это)"
    r"[ \t]{1,3}(?:\"([^\"\n]{4,60})\""
    r"|«([^»\n]{4,60})»|“([^”\n]{4,60})”)"
)
# «хостинг: name | password | ftp: name | password», "wp login …: name / password"
_PLACE_OF_PAIR: Final = compiled(
    r"(?i)(?:log ?in|логин|доступ[а-яё]{0,2}|хостинг|hosting|ftp|фтп|sftp|ssh|бд|db|mysql|wp|cpanel"
    r"|panel|панель|admin|админка|почта|mail)[^\n:|/]{0,40}:[ \t]{0,3}"
    r"[\w.@+-]{2,40}[ \t]{0,3}[|/][ \t]{0,3}(\S{6,64})"
)


def find_in_running_words(text: str) -> Iterator[SecretSpan]:
    """Find passwords and codes that a sentence tells without a sign before them."""
    labels = [label.end() for label in islice(_PASSWORD.finditer(text), _MAX_LABELS)]
    for end, following in pairwise([*labels, len(text)]):
        yield from _told_after(text, end, following)
    for change in islice(_SET_TO.finditer(text), _MAX_LABELS):
        for group in (1, 2):
            yield from _if_made(text, *change.span(group))
    for pair in _PLACE_OF_PAIR.finditer(text):
        yield from _if_made(text, *pair.span(1))
    for pattern in (_APP_PASSWORD, _QUOTED_TO):
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex)
            yield SecretSpan(start, end, SecretKind.PASSWORD)
    yield from _backup_codes(text)


def _backup_codes(text: str) -> Iterator[SecretSpan]:
    for codes in islice(_BACKUP_CODES.finditer(text), _MAX_LABELS):
        for code in _ONE_CODE.finditer(text, codes.end(), codes.end() + _WINDOW):
            if any(character.isdigit() for character in code.group()):
                yield SecretSpan(code.start(), code.end(), SecretKind.CODE)


def _told_after(text: str, start: int, stop: int) -> Iterator[SecretSpan]:
    """What a label tells; from `stop` on the next label does, so that no word is read twice."""
    line = text[start : start + _WINDOW].partition("\n")[0]
    for word in _WORD.finditer(line):
        if start + word.start() >= stop:
            return
        before = line[: word.start()] + _leading(word.group())
        if _TOLD_BY.search(before) and not _OF_AN_ACCOUNT.search(before):
            yield from _if_made(text, start + word.start(), start + word.end())


def _leading(word: str) -> str:
    return word[: len(word) - len(word.lstrip("\"«“'`("))]


def _if_made(text: str, start: int, end: int) -> Iterator[SecretSpan]:
    """The word where it is neither of a language nor a name of something; no place, no word."""
    if start < 0:
        return
    bare = text[start:end].lstrip("\"«“'`(")
    start = end - len(bare)
    value = bare.rstrip(".,;:)»”\"'`?")
    if is_made(value):
        yield SecretSpan(start, start + len(value), SecretKind.PASSWORD)


def is_made(value: str) -> bool:
    """Whether somebody made a word up for a password: letters and digits, and no known form."""
    letters = sum(character.isalpha() for character in value)
    return (
        len(value) >= 6  # noqa: PLR2004 - shorter ones are abbreviations
        and letters >= 3  # noqa: PLR2004 - else it is a number with a mark
        and (shape.has_letter_and_digit(value) or shape.looks_like_password(value))
        and not shape.is_known_form(value)
        and not shape.is_product(value)
        and not shape.is_placeholder(value)
        and not shape.is_code(value)
        and not shape.is_hex(value)
        and not re.search(r"[/\\@=<>]|\.\w{2,5}$|^\d+[^\W\d]{1,6}$", value)
    )
