"""Finds an error code in a text: of HTTP, a browser, a mail server, DNS, a database."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(
    r"\b(?:err|ns_error|sec_error|ssl_error|pr|mozilla_pkix_error|dns_probe)_[a-z0-9_]{3,60}\b"
    r"|(?<![\d.:,/#№-])\b[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}\b"
    r"|(?:(?<![\d.:,/#№$€₽-])|(?<=\b[45]\d\d/))\b(?:4(?:0[0-9]|1[0-8]|2[1-9]|5[0-2])|5(?:0[0-9]|1[01]|2[0-9]|30|3[45]|5[0-4]))"
    r"(?:\b|(?=-?(?:я|ая|ка|ку|ки|ую|ой|ю)\b))"  # «500я», «502-ую»
    # Not part of a telephone number, an amount, a size or a count.
    r"(?![.,:]?\d|\)?[ -]?\d{3}[ -]?\d|[ -]\d\d[ -]\d\d"
    r"|\s*(?:руб|р\.|₽|usd|eur|\$|€|%|mb|gb|мб|гб|kb|кб|ms\b|мс\b"
    r"|seconds|секунд|сек\b|days|дн(?:я|ей)|users|visitors|человек|посетител|писем|emails?|letters"
    r"|этаж))",
    re.IGNORECASE,
)
_NO_CAUSES: Final = frozenset({"err_aborted", "err_failed"})  # the code of the cause is beside it
# Error numbers of MySQL and PostgreSQL, as their programs print them.
_DATABASE_CODE: Final = re.compile(
    r"\bsqlstate\s?\[?\w{5}\]?:?\s*\[(?P<state>\d{3,5})\]|#(?P<number>[12]\d{3})(?= -)"
    r"|:\s(?P<message>1\d{3})\s(?=(?:table|column|unknown|duplicate|lock|access|you)\b)"
    r"|\((?:hy|[0-9])\w{3,4}/(?P<driver>[12]\d{3})\)"
    r"|(?:\berror|\berrno:?|\bошибка|\bкод)[ №#:(]{1,3}(?P<told>[12]\d{3}|53300|57P0[1-5]|28P01)\b"
    r"|[(\[](?P<inside>1(?:0[0-9]{2}|1[0-9]{2}|2[0-9]{2}|698)|20[0-2]\d|145|53300)[)\]]",
    re.IGNORECASE,
)
_NAMED_DATABASE: Final = re.compile(
    r"\b(?:my|postgre|ms)?sql\w*|\bmariadb\b|\bpostgres\b|\bбаз[аеуыо]\w{0,2}\b|\bбд\b|\bdatabase\b"
    r"|\bphpmyadmin\b|\btable\b|\btransaction\b|\baccess denied\b",
    re.IGNORECASE,
)
_BARE_DATABASE_CODE: Final = re.compile(
    r"(?<![\d.:,/#№-])(?:10(?:40|44|45|49|62|64)|1114|1203|1205|1213|1226|1698|200[2-6]|2013|53300)"
    r"(?![\d:/-]|[.,]\d)"
)
# Windows and Outlook: an HRESULT of a failure, whose highest bit is set ([MS-ERREF], section 2.1),
# or any hexadecimal number after the word "error".
_HEX_CODE: Final = re.compile(
    r"\b0x[89a-f][0-9a-f]{7}\b"
    r"|(?:\berror|\bошибк\w{1,2}|\bкод)(?:\s(?:code|код))?[ №#:(]{1,3}(0x[0-9a-f]{2,8})\b",
    re.IGNORECASE,
)
# What resolvers answer (RFC 1035, section 4.1.1), as their programs print it.
_RCODE: Final = re.compile(r"\b(?:NXDOMAIN|SERVFAIL|REFUSED)\b")
# Words before a three-digit number that is a place: "офис 404", "room 502".
_BEFORE: Final = 16  # characters before the number that are examined
_PLACE: Final = re.compile(
    r"\b(?:офис\w*|каб\w*|кв|квартир\w*|комнат\w*|дом\w?|ауд\w*|стр|корп\w*|room|suite|apt|apartment|office|unit|floor"
    r"|доб\w*|ext|extension)"
    r"[ .№#]{0,3}$",
    re.IGNORECASE,
)
# Cloudflare's own error numbers, 1000 to 1299, after the word "error".
_FRONT_CODE: Final = re.compile(
    r"\b(?:error|ошибк\w{1,2}|код)(?:\s(?:code|код))?[ №#:]{1,3}(1[0-2]\d\d)(?![\d:/-]|[.,]\d)",
    re.IGNORECASE,
)
# Spoken forms: «пятисотая», «четыреста четвёртая», "four oh four".
_SPOKEN: Final = {
    "404": r"четыр[её]?ста[ -]?четв[её]рт\w+"
    r"|ошибк\w[ -]четыреста[ -]четыре|four[ -](?:oh|o|zero)[ -]four",
    "403": r"четыр[её]?ста[ -]?треть\w+"
    r"|ошибк\w[ -]четыреста[ -]три|four[ -](?:oh|o|zero)[ -]three",
    "502": r"пятьсот[ -]?втор\w+|ошибк\w[ -]пятьсот[ -]два|five[ -](?:oh|o|zero)[ -]two",
    "503": r"пятьсот[ -]?треть\w+|ошибк\w[ -]пятьсот[ -]три|five[ -](?:oh|o|zero)[ -]three",
    "504": r"пятьсот[ -]?четв[её]рт\w+"
    r"|ошибк\w[ -]пятьсот[ -]четыре|five[ -](?:oh|o|zero)[ -]four",
    "500": r"пятисот(?:ая|ую|ой|ка|ку|ки)|five[ -]hundred error|error five[ -]hundred",
}
_SPOKEN_FORMS: Final = {
    code: re.compile(rf"\b(?:{forms})\b", re.IGNORECASE) for code, forms in _SPOKEN.items()
}


def error_code_in(text: str) -> str | None:
    """Return the first error code in a text, as written; a spoken one in digits; or None."""
    for code in _CODE.finditer(text):
        if code[0].lower() in _NO_CAUSES:
            continue
        if not _PLACE.search(text[max(0, code.start() - _BEFORE) : code.start()]):
            return code[0]
    if _NAMED_DATABASE.search(text):
        if match := _DATABASE_CODE.search(text):
            return match[match.lastgroup or 0]
        if match := _BARE_DATABASE_CODE.search(text):
            return match[0]
    if match := _FRONT_CODE.search(text):
        return match[1]
    if match := _HEX_CODE.search(text) or _RCODE.search(text):
        return match[match.lastindex or 0]
    return next((spoken for spoken, form in _SPOKEN_FORMS.items() if form.search(text)), None)
