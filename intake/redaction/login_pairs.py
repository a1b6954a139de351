"""
Finds a name and a password side by side: `логин/пароль: root/…`, `root:…`, `root@203.0.113.5 …`.

Also in lists of access data, where the values have no labels of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from intake.redaction import value_shape as shape
from intake.redaction.label_words import NO_SECRETS
from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind, SecretSpan

_ACCOUNTS: Final = (
    "root|admin|administrator|администратор|админ|user|ubuntu|debian|centos|postgres|mysql|ftpuser"
    "|support|test|demo|deploy|www-data|bitrix"
)
# Accounts of people; names of system accounts also begin paths and image names.
_PERSON: Final = re.compile(r"(?i)root|admin|админ|user|test|support|demo|deploy")
_PAIR_LABEL: Final = compile_linear(
    r"(?i)(?:логин[а-яё]{0,2}|лог|login|log|user(?:[ -]?name)?|юзер|имя(?: пользователя)?"
    r"|уч[её]тка|u)[ \t]{0,2}"
    r"(?:/|\\|\||:|\+|&|,|;|-|и|and|или|or|[ \t])[ \t]{0,2}(?:парол(?:ь|и|ем)|пасс?|password"
    r"|passwd|passw|pass|pwd|pw|p)"
    r"(?:[^A-Za-zА-Яа-яЁё0-9]|$)"
)
_PAIR_VALUE: Final = re.compile(
    r"(?:[ \t]{0,2}(?:от|к|для|на|for|to|of|is|are|такие"
    r"|такой)[ \t][^\n:=—]{0,50})?[ \t]{0,4}(?:[:=—–-]|->)?[ \t]{0,4}\n{0,2}[ \t]{0,4}"
    r"(?P<name>[\w@+-][\w@.+-]{0,59})(?:[ \t]{0,4}[/\\|:;,+—–-][ \t]{0,4}|[ \t]{1,6}"
    r"|[ \t]{0,3}\n[ \t]{0,3})"
    r"(?P<value>\S{3,128})(?P<rest>[^\n]{0,40})"
)
_ACCOUNT_THEN: Final = compile_linear(
    rf"(?i)(?:^|[^\w/.@:=-])(?:(?:{_ACCOUNTS})"
    rf"|[\w.-]{{1,40}}@[\w.-]{{2,100}})(?:[ \t]{{0,3}}[/:;|,][ \t]{{0,3}}"
    rf"|[ \t]{{1,6}}[-—–]?[ \t]{{0,3}})(\S{{6,128}})"
)
_ACCESS: Final = compile_linear(
    r"(?i)(?:доступ(?:ы|ов|ами)?[ \t]{0,2}(?:[:—–-]|к |по |в |на |от |для |ssh|ftp|root)"
    r"|данные для (?:входа|подключения|доступа)"
    r"|реквизиты|креды|кред[ыо]в|логин от|вход[ \t]?:|credentials|creds|access (?:data|details"
    r"|info)|login (?:details|data|info)"
    r"|log ?in (?:with|as)|(?:ssh|sftp|ftp|rdp|vnc)[ \t]{0,2}(?:[:—–-]|root|admin|access))"
)
# «логин gm_ftp / …»: only the name has a label.
_NAME_THEN: Final = compile_linear(
    r"(?i)(?:^|[^\w])(?:логин|login|user(?:[ -]?name)?|юзер)[ \t:=-]{1,4}[\w@.+-]{2,40}"
    r"[ \t]{0,3}[/|\\][ \t]{0,3}(\S{6,128})"
)
_FINGERPRINT: Final = re.compile(r"(?i)(?:SHA256|SHA1|MD5):")
_SHORTEST: Final = 3
_ACCESS_WINDOW: Final = 300
_WORD: Final = re.compile(r"[^\s,;|]{6,128}")
_MAX_LABELS: Final = 5000


class LoginPair(NamedTuple):
    """A label such as «логин/пароль», its position, and the password found after it."""

    label_start: int
    label_end: int
    password: SecretSpan


def find_pairs(text: str, *, most: int) -> Iterator[LoginPair]:
    """Find names and passwords announced by a common label, up to `most` labels."""
    for label in islice(_PAIR_LABEL.finditer(text), most):
        end = label.end()
        while text[end - 1] in " \t\r\n:=-/.,;—–|\\" and end > label.start():
            end -= 1
        pair = _PAIR_VALUE.match(text, end, end + _ACCESS_WINDOW)
        value = pair.group("value").rstrip(".,;)»\"'") if pair else ""
        if pair and value and (_is_paired(pair) or shape.is_placeholder(value)):
            start = pair.start("value")
            password = SecretSpan(start, start + len(value), SecretKind.PASSWORD)
            yield LoginPair(label.start(), end, password)


def find_unlabelled_logins(text: str) -> Iterator[SecretSpan]:
    """Find passwords next to an account's name or in a list of access data, by their form."""
    for match in _ACCOUNT_THEN.finditer(text):
        value = match.group(1).rstrip(".,;)»\"'")
        before = match.group()[: match.start(1) - match.start()]
        # In "User: u12345" the value is the user's name.
        is_label = before.strip().lower() == "user:"
        is_pair = before.rstrip()[-1:] in "/:|;" and _PERSON.search(before) is not None
        is_pair = is_pair and not is_label
        if (shape.looks_like_password(value) and "/" not in value) or (
            is_pair and _is_mixed(value)
        ):
            yield SecretSpan(match.start(1), match.start(1) + len(value), SecretKind.PASSWORD)
    for match in _NAME_THEN.finditer(text):
        value = match.group(1).rstrip(".,;)»\"'")
        if shape.looks_like_password(value) or _is_mixed(value):
            yield SecretSpan(match.start(1), match.start(1) + len(value), SecretKind.PASSWORD)
    for access in islice(_ACCESS.finditer(text), _MAX_LABELS):
        window = text[access.end() : access.end() + _ACCESS_WINDOW].partition("\n\n")[0]
        for word in _WORD.finditer(window):
            yield from _in_list(word, access.end())


def _is_paired(pair: re.Match[str]) -> bool:
    name, value = pair.group("name").lower(), pair.group("value").rstrip(".,;)»\"'")
    if (
        name in NO_SECRETS - {"root", "user", "login"}
        or value.lower() in NO_SECRETS
        or len(value) < _SHORTEST
    ):
        return False
    if shape.is_placeholder(value) or shape.is_known_form(value) or shape.is_code(value):
        return False
    if shape.is_plain_word(value):
        return not pair.group("rest").strip(" .,;!\r")
    return True


def _is_mixed(value: str) -> bool:
    return (
        shape.has_letter_and_digit(value)
        and not shape.is_known_form(value)
        and not shape.is_placeholder(value)
        and not shape.is_code(value)
        and "/" not in value
        and ":" not in value
        and not re.search(r"\.\w{2,4}$|^v?\d", value)
    )


def _in_list(word: re.Match[str], offset: int) -> Iterator[SecretSpan]:
    value = word.group().rstrip(".)»\"'")
    if _FINGERPRINT.match(value):
        return
    start = 0
    for separator in ("/", ":"):  # root/… and root:… are one word
        head, between, rest = value.partition(separator)
        if between and re.fullmatch(r"[\w.-]{2,30}", head) and not rest.startswith(separator):
            value, start = rest, len(head) + 1
            break
    if shape.looks_like_password(value) and "/" not in value:
        place = offset + word.start() + start
        yield SecretSpan(place, place + len(value), SecretKind.PASSWORD)
