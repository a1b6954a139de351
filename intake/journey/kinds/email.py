"""`e-mail`: an address of valid syntax (RFC 5322)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import JsonValue

from intake.journey.kinds.domain_typos import likely_domain
from intake.journey.kinds.input_text import quote, read_line
from intake.journey.kinds.spec import AnswerContext, Hint, KindSpec, MeasuredAnswer, ReadAnswer
from intake.journey.steps import Ask

if TYPE_CHECKING:
    from email_validator import ValidatedEmail


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    text = read_line(asked, raw)
    if isinstance(text, Hint):
        return text
    address = _parse_address(text)
    if address is None:
        if asked.insisted:
            return text, True
        return asked.hint("e-mail", said=quote(text, asked.language))
    meant = likely_domain(address.domain)
    if meant is not None and not asked.insisted:
        return asked.hint("e-mail-typo", meant=f"{address.local_part}@{meant}")
    return address.normalized, False


def _from_measurement(_: Ask, value: JsonValue, __: str | None) -> MeasuredAnswer | None:
    address = _parse_address(str(value))
    return (address.normalized, address.normalized) if address is not None else None


def _parse_address(text: str) -> ValidatedEmail | None:
    """Return the parsed address, or None if its syntax is wrong."""
    # Slow to import, and only this needs it.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        # No DNS query: a broken mail domain may be the very problem that is reported.
        return validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None


EMAIL = KindSpec(
    name="e-mail",
    summary="an e-mail address",
    read=_read,
    from_measurement=_from_measurement,
    measured_shapes=frozenset({"text"}),
    sample="anna@shop.example",
    target_kinds=frozenset({"mail"}),
    identifies_customer=True,
    roles=frozenset({"contact"}),
)
