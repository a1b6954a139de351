"""
Finds codes without a label sign: backup codes, and those of text messages and apps.

Errors have codes too. A number counts as a one-time code only if the sentence says that a message,
an app or a sign-in brought it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind, SecretSpan

_MAX_LABELS: Final = 2000
_WINDOW: Final = 200  # characters after the label of backup codes
_AROUND: Final = 60  # characters before and after a number, within its sentence
_BACKUP_CODES: Final = compile_linear(
    r"(?i)(?:backup|recovery|scratch)[ -]codes?"
    r"|(?:резервн|аварийн|запасн)[а-яё]{2,3} код[а-яё]{0,3}"
)
_ONE_CODE: Final = re.compile(
    r"(?<![\w.-])(?:[0-9a-z]{4,6}-[0-9a-z]{4,6}(?:-[0-9a-z]{4,6})?|\d{6,10}|\d{4} \d{4})(?![\w-])",
    re.IGNORECASE,
)
# Six to eight digits (RFC 4226, section 5.3), in one piece or in two.
_DIGITS: Final = compile_linear(r"\d{3}[ -]?\d{3,5}")
_ALONE: Final = re.compile(
    r"(?<![\w.,:/№#-])(?<!\d )(?!(?:19|20)\d{6}\b)(?:\d{6,8}|\d{3}[ -]\d{3})(?![\w:/-]| ?\d|[.,]\d)"
)
_BROUGHT: Final = re.compile(
    r"\b(?:sms|text(?:ed)?(?: message)?|authenticator|2fa|one.time|otp|verification|confirmation"
    r"|(?:sent|texted|gave) (?:me|us)|i (?:got|received)"
    r"|log.?in code|sign.?in code|смс\w*|sms-?код\w*|приложени\w*"
    r"|аутентификатор\w*|одноразов\w*|подтверждени\w*|прислал[аи]?|приш[её]л|пришло|приходит)\b",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"\b(?:codes?|otp|sms|код\w{0,3}|смс\w*)\b", re.IGNORECASE)
# Labels of other numbers.
_OTHER: Final = re.compile(
    r"(?:order|ticket|invoice|case|request|reference|ref|account|number|id|error|№|#|заказ\w*|тикет\w*"
    r"|заявк\w*|обращени\w*|сч[её]т\w*|договор\w*|номер\w*|ошибк\w*|инн)\W{0,3}$",
    re.IGNORECASE,
)
_FAILED: Final = re.compile(r"\b(?:error|fault|status|ошибк\w*)\b", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)|\n")


def find_one_time_codes(text: str) -> Iterator[SecretSpan]:
    """Find backup codes after their label, and codes that a message or an app is said to bring."""
    for codes in islice(_BACKUP_CODES.finditer(text), _MAX_LABELS):
        for code in _ONE_CODE.finditer(text, codes.end(), codes.end() + _WINDOW):
            if any(character.isdigit() for character in code.group()):
                yield SecretSpan(code.start(), code.end(), SecretKind.CODE)
    for digits in islice(_DIGITS.finditer(text), _MAX_LABELS):
        alone = _ALONE.match(text, digits.start())
        if alone is not None and _is_brought(text, alone):
            yield SecretSpan(alone.start(), alone.end(), SecretKind.CODE)


def _is_brought(text: str, code: re.Match[str]) -> bool:
    before = _SENTENCE_END.split(text[max(0, code.start() - _AROUND) : code.start()])[-1]
    after = _SENTENCE_END.split(text[code.end() : code.end() + _AROUND], maxsplit=1)[0]
    around = f"{before} {after}"
    return (
        _CODE.search(around) is not None
        and _BROUGHT.search(around) is not None
        and _OTHER.search(before) is None
        and _FAILED.search(before) is None
    )
