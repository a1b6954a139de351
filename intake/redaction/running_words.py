"""
Finds secrets within sentences: the second password of «был …, а новый …», typed words.

No sign ties them to a label, so a word is masked only if it looks made up and is in a position
where a password is stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from intake.redaction import value_shape as shape
from intake.redaction.label_words import NO_SECRETS
from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind, SecretSpan

_MAX_LABELS: Final = 2000
_NEAR: Final = 80  # characters before the new value, in its line
_WINDOW: Final = 200  # characters after a label, in its line
_PASSWORD: Final = compile_linear(
    r"(?i)passwor[dt]|парол(?:ями|ях|ям|ей|ем|ь|я|ю|и)|parol(?:em|ya|i)?|\b(?:pass|pwd?)\b"
)
_WORD: Final = re.compile(r"\S{6,64}")
# Text directly before a stated password.
_STATED_BY: Final = re.compile(
    r"(?:[,:;—–(\"«“'`]|\b(?:was|is|be|to|from|or|new|old|one|now|был|была|это|на|с|или|новый|старый"
    r"|теперь|сейчас))[ \t]{0,3}[\"«“'`]?$",
    re.IGNORECASE,
)
# «пароль для ftp …»: nothing states it, so the word must contain a symbol, unlike names.
_FOR_A_PLACE: Final = re.compile(
    r"^[ \t]+(?:for|to|of|для|от|к)[ \t]+\S{2,30}[ \t]+$", re.IGNORECASE
)
_OF_AN_ACCOUNT: Final = re.compile(
    r"(?:user(?:name)?|login|account|host|server|site|domain|логин[а-яё]*|пользовател[а-яё]+"
    r"|уч[её]т[а-яё]+|сервер[а-яё]*|сайт[а-яё]*|домен[а-яё]*|договор[а-яё]*|order|ticket|заказ"
    r"[а-яё]*|№)(?:[ \t]{1,3}(?:is|was|помню|был|такой|это))?[ \t:]{0,3}[\"«“'`]?$",
    re.IGNORECASE,
)
_SET_TO: Final = compile_linear(
    r"(?i)(?:changed|set|reset|switched|поменял[аи]?|сменил[аи]?|изменил[аи]?)[ \t]{1,3}"
    r"(?:it|this|that|его|их|пароль)?[ \t]{0,3}"
    r"(?:(?:from|с)[ \t]{1,3}(\S{6,64})[ \t]{1,3})?(?:to|на)[ \t]{1,3}(\S{6,64})"
)
# «ввожу … и пишет неверный логин»: the writer quotes what they typed.
_TYPED: Final = compile_linear(
    r"(?i)(?:^|[^a-zа-яё])(?:(?:i[ \t]+am|i'm|keep|i)[ \t]+(?:typ(?:e|ed|ing)|enter(?:ed|ing)?)"
    r"|(?:ввожу|ввела?|вв[её]л|вводил[аи]?|набираю|набирал[аи]?|вбиваю|вбил[аи]?|печатаю))"
    r"(?:[ \t]+(?:in|it|there|туда|его|там|так))?[ \t]+(\S{6,64})"
)
_TO_LOG_IN: Final = compile_linear(
    r"(?i)(?:us(?:e|ed|ing)|log(?:ging|ged)?[ \t]in[ \t]with)[ \t]+(\S{6,64})"
    r"(?:[ \t]+(?:to|for)[ \t]+(?:log|sign)|[ \t]+as[ \t]+(?:my|the|a)[ \t]+pass)"
)
_KEY_IS: Final = compile_linear(
    r"(?i)(?:^|[^a-zа-яё])(?:(?:api|secret|access)[ _-]?)?(?:key|token|ключ|токен)"
    r"(?:[ \t](?:for|to|of|для|от|к)[^\n.:=]{1,30})?[ \t](?:is|was|это|был)"
    r"[ \t]{1,3}([\w-]{16,200})"
)
_PASSPHRASE: Final = compile_linear(
    r"(?i)pass[ -]?phrase[ \t]+(?:is|was)[ \t]+((?:[a-z]{3,12}[ \t-]){3,5}[a-z]{3,12})"
    r"(?:[ \t]*(?:[.,;!?\n]|$))"
)
_APP_PASSWORD: Final = compile_linear(
    r"(?i)(?:парол[а-яё]{1,2}[ \t](?:для[ \t])?приложени[а-яё]"
    r"|app(?:lication)?[ -](?:specific[ -])?password)"
    r"[ \t]{0,3}(?:is|:|-|—|=)?[ \t]{0,3}((?:[a-z]{4}[ \t]?){3}[a-z]{4})(?:[^a-z]|$)"
)
_QUOTED_TO: Final = compile_linear(
    r"(?i)(?:passwor[dt]|passphrase|парол(?:ем|ь|я))[ \t]"
    r"(?:[^\n\"«“.:]{0,40}[ \t])?(?:to|is|на|это)"
    r"[ \t]{1,3}(?:\"([^\"\n]{4,60})\""
    r"|«([^»\n]{4,60})»|“([^”\n]{4,60})”)"
)
# «хостинг: name | password | ftp: name | password», "wp login …: name / password"
_PLACE_OF_PAIR: Final = compile_linear(
    r"(?i)(?:log ?in|логин|доступ[а-яё]{0,2}|хостинг|hosting|ftp|фтп|sftp|ssh|бд|db|mysql|wp|cpanel"
    r"|panel|панель|admin|админка|почта|mail)[^\n:|/]{0,40}:[ \t]{0,3}"
    r"[\w.@+-]{2,40}[ \t]{0,3}[|/][ \t]{0,3}(\S{6,64})"
)


def find_in_running_words(text: str) -> Iterator[SecretSpan]:
    """Find passwords stated in a sentence without a sign before them."""
    labels = [label.end() for label in islice(_PASSWORD.finditer(text), _MAX_LABELS)]
    for end, following in pairwise([*labels, len(text)]):
        yield from _stated_after(text, end, following)
    yield from _typed_values(text)
    yield from _digits_set(text)
    for key in islice(_KEY_IS.finditer(text), _MAX_LABELS):
        if shape.looks_like_token(key.group(1)) and shape.has_letter_and_digit(key.group(1)):
            yield SecretSpan(key.start(1), key.end(1), SecretKind.TOKEN)
    for pattern in (_SET_TO, _TO_LOG_IN, _PLACE_OF_PAIR):
        for match in islice(pattern.finditer(text), _MAX_LABELS):
            for group in range(1, pattern.groups + 1):
                yield from _made_up_span(text, *match.span(group))
    for pattern in (_APP_PASSWORD, _QUOTED_TO):
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex)
            yield SecretSpan(start, end, SecretKind.PASSWORD)


def _digits_set(text: str) -> Iterator[SecretSpan]:
    """Find numbers as in «пароль был …, сменил на 87654321», only where a password is mentioned."""
    for match in islice(_SET_TO.finditer(text), _MAX_LABELS):
        before = text[max(0, match.start() - _NEAR) : match.end(2)].rpartition("\n")[2]
        start, end = match.span(2)
        digits = text[start:end].rstrip(".,;!")
        if digits.isdecimal() and _PASSWORD.search(before):
            yield SecretSpan(start, start + len(digits), SecretKind.PASSWORD)


def _typed_values(text: str) -> Iterator[SecretSpan]:
    for typed in islice(_TYPED.finditer(text), _MAX_LABELS):  # it may be any name
        if shape.count_classes(typed.group(1)) >= 3:  # noqa: PLR2004
            yield from _made_up_span(text, *typed.span(1))
    for phrase in _PASSPHRASE.finditer(text):
        if not NO_SECRETS.intersection(phrase.group(1).lower().split()):
            yield SecretSpan(phrase.start(1), phrase.end(1), SecretKind.PASSWORD)


def _stated_after(text: str, start: int, stop: int) -> Iterator[SecretSpan]:
    """Find values after a label, up to `stop`, where the next label begins."""
    line = text[start : start + _WINDOW].partition("\n")[0]
    for word in _WORD.finditer(line):
        if start + word.start() >= stop:
            return
        before = line[: word.start()] + _leading(word.group())
        is_stated = _STATED_BY.search(before) and not _OF_AN_ACCOUNT.search(before)
        if is_stated or (_FOR_A_PLACE.match(before) and _has_inner_mark(word.group())):
            yield from _made_up_span(text, start + word.start(), start + word.end())


def _has_inner_mark(word: str) -> bool:
    """Check for a symbol between capitals, small letters and digits, as in `Sunday.99x`."""
    inner = word.strip(".,;:!?)(»«”“\"'`")
    return shape.count_classes(inner) >= 3 and not inner.isalnum()  # noqa: PLR2004


def _leading(word: str) -> str:
    return word[: len(word) - len(word.lstrip("\"«“'`("))]


def _made_up_span(text: str, start: int, end: int) -> Iterator[SecretSpan]:
    """Yield the span of the word if it looks made up; a negative start means no match."""
    if start < 0:
        return
    bare = text[start:end].lstrip("\"«“'`(")
    start = end - len(bare)
    value = bare.rstrip(".,;:)»”\"'`?")
    if looks_made_up(value):
        yield SecretSpan(start, start + len(value), SecretKind.PASSWORD)


def looks_made_up(value: str) -> bool:
    """Check whether a word looks made up as a password: letters and digits, and no known form."""
    letters = sum(character.isalpha() for character in value)
    return (
        len(value) >= 6  # noqa: PLR2004 - shorter ones are abbreviations
        and letters >= 3  # noqa: PLR2004 - else it is a number with a mark
        and (shape.has_letter_and_digit(value) or shape.looks_like_password(value))
        and not shape.is_known_form(value)
        and not shape.is_product(value)
        and not shape.is_placeholder(value)
        and (not shape.is_code(value) or shape.count_classes(value) >= 3)  # noqa: PLR2004
        and not shape.is_hex(value)
        and not re.search(r"[/\\@=<>]|\.[^\W\d]{2,5}$|^\d+[^\W\d]{1,6}$", value)
    )
