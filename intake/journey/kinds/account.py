"""`account`: a login, a contract or a customer number."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.kinds.input_text import read_line
from intake.journey.kinds.spec import AnswerContext, Hint, KindSpec, ReadAnswer, measured_text


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    """Read one line of any length: providers' customer numbers may be short."""
    text = read_line(asked, raw)
    return text if isinstance(text, Hint) else (text, False)


ACCOUNT = KindSpec(
    name="account",
    summary="a login, contract or customer number",
    read=_read,
    keys=frozenset({"bounds", "pattern"}),
    from_measurement=measured_text,
    measured_shapes=frozenset({"text"}),
    sample="AB-123456",
    identifies_customer=True,
    roles=frozenset({"account"}),
)
