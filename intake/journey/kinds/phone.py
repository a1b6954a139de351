"""`phone`: a number that can be called, written internationally (ITU-T E.164)."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.kinds.input_text import quoted, read_line
from intake.journey.kinds.spec import Asked, Hint, KindSpec, ReadAnswer

_HOME = {"ru": "RU"}  # whose numbers are written without a country's code
_LONGEST = 60  # characters; the library takes its time over long ones


def _read(asked: Asked, raw: JsonValue) -> ReadAnswer | Hint:
    text = read_line(asked, raw)
    if isinstance(text, Hint):
        return text
    import phonenumbers  # noqa: PLC0415 - slow to import, and only this needs it

    try:
        number = phonenumbers.parse(text[:_LONGEST], _HOME.get(asked.language))
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, form), False
    if asked.insisted:
        return text, True
    return asked.hint("phone", said=quoted(text, asked.language))


PHONE = KindSpec(
    name="phone",
    summary="a phone number",
    read=_read,
    keys=frozenset({"bounds", "pattern"}),
    sample="+7 912 345-67-89",
    identifies_customer=True,
    roles=frozenset({"contact"}),
)
