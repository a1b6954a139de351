"""Finds payment cards by issuer, length, check digit and the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind, SecretSpan

_GAP = r"[ \u00a0\u202f.–-]"
_GROUPED: Final = (
    rf"\d{{4}}(?P<gap>{_GAP})\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{4}}(?:(?P=gap)\d{{3}})?"
    rf"|\d{{4}}(?P<amex>{_GAP})\d{{6}}(?P=amex)\d{{5}}"
)
_NUMBER: Final = re.compile(
    rf"(?<![\w.-])(?<!\d{_GAP})(?:{_GROUPED}|\d{{13,19}})(?!{_GAP}\d{{4}}(?!\d)|[\w])"
)
# A fast first pass with RE2, since long files have many digits.
_DIGITS: Final = compile_linear(r"\d(?:[ \x{a0}\x{202f}.–-]?\d){12,18}")
# ISO/IEC 7812 issuers and their lengths: Visa, Mastercard, Amex, Mir, JCB, Discover, UnionPay,
# Diners, Maestro.
_ISSUERS: Final = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|220[0-4]\d{12}(?:\d{1,3})?|35(?:2[89]|[3-8]\d)\d{12}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}|3(?:0[0-5]|[689]\d)\d{11}|(?:5[0678]|6[37])\d{14}"
)
_OTHER_NUMBER: Final = re.compile(
    r"(?:order|ticket|invoice|case|request|transaction|payment id|tracking|reference|ref|imei"
    r"|account"
    r"|message|event|trace|span|user|id|№|#|заказ\w*|тикет\w*|сч[её]т\w*|обращени\w*|заявк\w*|номер"
    r"|платеж\w*|платёж\w*|транзакци\w*|договор\w*|лицев\w*|трек\w*|инн"
    r"|огрн\w*)\W{0,6}(?:\w+\W{1,4}){0,2}$",
    re.IGNORECASE,
)
_CARD_WORD: Final = re.compile(
    r"card|visa|master|mir\b|amex|cvv|cvc|карт|виза|мир\b|сбер|тинь|банк", re.IGNORECASE
)
# A word for the card itself, closer to the number than a bank's name.
_CALLED_CARD: Final = re.compile(
    r"\b(?:card|visa|виза|master ?card|маэстро|maestro|amex|карт[аыуе]|картой|картою|карточк\w+)\b"
    r"[^\d.]{0,25}$",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"(?:cvv2?|cvc2?|cvn|цвв|свв|cid|security code|код (?:на|с) обороте?|код безопасности)"
    r"[\w() ]{0,12}?\W{1,4}(\d{3,4})(?!\d)",
    re.IGNORECASE,
)
_AFTER_CARD: Final = re.compile(
    r"\W{1,4}(?:(?:exp\w*|до|срок\w*)\W{0,3})?(?:0[1-9]|1[0-2])\W{1,3}(?:20)?\d\d"
    r"\W{1,4}(?:\w{2,4}\W{1,3})?(\d{3})(?!\d)"
)
_AROUND: Final = 40


def find_cards(text: str) -> Iterator[SecretSpan]:
    """Find card numbers, and the security codes on their backs."""
    for candidate in _DIGITS.finditer(text):
        match = _NUMBER.search(text, candidate.start(), candidate.end() + 2)
        if match is None or not _is_card(text, match):
            continue
        yield SecretSpan(match.start(), match.end(), SecretKind.CARD)
        code = _AFTER_CARD.match(text, match.end())
        if code:
            yield SecretSpan(code.start(1), code.end(1), SecretKind.CARD)
    for match in _CODE.finditer(text):
        yield SecretSpan(match.start(1), match.end(1), SecretKind.CARD)


def _is_card(text: str, match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match.group())
    if not _ISSUERS.fullmatch(digits):
        return False
    before = text[max(0, match.start() - _AROUND) : match.start()].rpartition("\n")[2]
    is_other = _OTHER_NUMBER.search(before) is not None
    if not _passes_luhn(digits):  # possibly a card number with a mistyped digit
        is_in_fours = match["gap"] is not None and _CARD_WORD.search(before) is not None
        is_called_so = _CALLED_CARD.search(before) or _AFTER_CARD.match(text, match.end())
        return is_in_fours or (not is_other and bool(is_called_so))
    return bool(_CARD_WORD.search(before)) or not is_other or not match.group().isdecimal()


def _passes_luhn(digits: str) -> bool:
    """Verify the check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004
    return total % 10 == 0
