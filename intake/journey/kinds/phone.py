"""`phone`: a number that can be called, in international format (ITU-T E.164)."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.kinds.input_text import quote, read_line
from intake.journey.kinds.spec import AnswerContext, Hint, KindSpec, ReadAnswer

_HOME = {"ru": "RU"}  # the country of numbers without a country code, by language
_MAX_LENGTH = 60  # characters; the library is slow on long ones


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    text = read_line(asked, raw)
    if isinstance(text, Hint):
        return text
    import phonenumbers  # noqa: PLC0415 - slow to import, and only this needs it

    try:
        number = phonenumbers.parse(text[:_MAX_LENGTH], _HOME.get(asked.language))
    except phonenumbers.NumberParseException:
        number = None
    # A number without its area code is only locally dialable, so it isn't accepted.
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if number and phonenumbers.is_possible_number_with_reason(number) == possible:
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, form), False
    if asked.insisted:
        return text, True
    return asked.hint("phone", said=quote(text, asked.language))


def has_wrong_length(text: str) -> bool:
    """
    Check whether a phone number has fewer or more digits than any number of its country.

    Only numbers with a country code (+7, ITU-T E.164) are judged; False for all others, and for a
    code that the library doesn't know.
    """
    if not text.startswith("+") or len(text) > _MAX_LENGTH:
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
