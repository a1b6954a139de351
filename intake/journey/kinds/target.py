"""`target`: a site or server, as a domain, a web address or an IP address."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from diagnostics import TargetReading, read_target
from diagnostics.texts import as_language
from intake.journey.kinds.input_text import read_line
from intake.journey.kinds.spec import AnswerContext, Hint, KindSpec, MeasuredAnswer, ReadAnswer
from intake.journey.steps import Ask


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    text = read_line(asked, raw)
    if isinstance(text, Hint):
        return text
    reading = asked.read(text)
    if reading.accepted and not reading.suggested:
        return text, False
    if reading.accepted:
        meant = _target_text(reading)
        if asked.insisted:
            return meant, False
        return replace(asked.hint("target-suggested", meant=meant), suggestion=meant)
    if asked.insisted:
        return text, True
    return Hint("target", reading.explain(as_language(asked.language)))


def _target_text(reading: TargetReading) -> str:
    """Return the target that was found in a text, as a person writes it."""
    host = reading.host_display or reading.host or ""
    if reading.port is not None:
        host = f"[{host}]" if reading.kind == "ipv6" else host
        host = f"{host}:{reading.port}"
    scheme = f"{reading.scheme}://" if reading.scheme else ""
    path = reading.path if reading.path and reading.path != "/" else ""
    return f"{scheme}{host}{path}"


def _from_measurement(_: Ask, value: JsonValue, __: str | None) -> MeasuredAnswer | None:
    is_target = isinstance(value, str) and read_target(value).accepted
    return (value, value) if is_target else None


TARGET = KindSpec(
    name="target",
    summary="a site or server: a domain, a web address or an IP address",
    read=_read,
    from_measurement=_from_measurement,
    measured_shapes=frozenset({"text"}),
    sample="shop.example",
    target_kinds=frozenset({"site", "server", "mail"}),
)
