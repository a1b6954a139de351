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
    # A number without the part that its country is dialled with can be called from nowhere else.
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if number and phonenumbers.is_possible_number_with_reason(number) == possible:
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, form), False
    if asked.insisted:
        return text, True
    return asked.hint("phone", said=quoted(text, asked.language))


def has_wrong_length(text: str) -> bool:
    """
    Whether a phone number has fewer or more digits than any number of its country.

    Judged only with the country's code in front (+7, ITU-T E.164): without it, and for a code that
    the library doesn't know, nobody can tell, and it is False.
    """
    if not text.startswith("+") or len(text) > _LONGEST:
        return False
    import phonenumbers  # noqa: PLC0415 - slow to import, and only this needs it

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        return error.error_type == phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    return bool(phonenumbers.is_possible_number_with_reason(number) != possible)


PHONE = KindSpec(
    name="phone",
    summary="a phone number",
    read=_read,
    keys=frozenset({"bounds", "pattern"}),
    sample="+7 912 345-67-89",
    identifies_customer=True,
    roles=frozenset({"contact"}),
)
