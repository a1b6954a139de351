"""`account`: a login, a contract or a customer number."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.kinds.input_text import read_line
from intake.journey.kinds.spec import Asked, Hint, KindSpec, ReadAnswer, text_measured


def _read(asked: Asked, raw: JsonValue) -> ReadAnswer | Hint:
    """One line; it may be as short as the provider's own numbers are."""
    text = read_line(asked, raw)
    return text if isinstance(text, Hint) else (text, False)


ACCOUNT = KindSpec(
    name="account",
    summary="a login, contract or customer number",
    read=_read,
    keys=frozenset({"bounds", "pattern"}),
    measured=text_measured,
    measured_as=frozenset({"text"}),
    sample="AB-123456",
    identifies_customer=True,
    roles=frozenset({"account"}),
)
