"""`text` and `long-text`: free text, which must say something specific."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.kinds.input_text import quote, read_line
from intake.journey.kinds.spec import (
    AnswerContext,
    Hint,
    KindSpec,
    ReadAnswer,
    Reader,
    measured_text,
)
from intake.journey.vagueness import emptiness


def _reader(*, keep_lines: bool) -> Reader:
    def read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
        text = read_line(asked, raw, keep_lines=keep_lines)
        if isinstance(text, Hint):
            return text
        why = emptiness(text) if asked.step.required else None
        if why is None:
            return text, False
        if asked.insisted:
            return text, True
        example = asked.example_suffix
        code = "too-little" if example else f"says-{why}"
        return asked.hint(code, said=quote(text, asked.language), example=example)

    return read


TEXT = KindSpec(
    name="text",
    summary="one line",
    read=_reader(keep_lines=False),
    keys=frozenset({"bounds", "pattern"}),
    from_measurement=measured_text,
    measured_shapes=frozenset({"text"}),
    sample="502 since 14:20",
    roles=frozenset({"contact", "name", "account", "description", "detail-of"}),
)

LONG_TEXT = KindSpec(
    name="long-text",
    summary="several lines",
    read=_reader(keep_lines=True),
    keys=frozenset({"bounds", "pattern"}),
    from_measurement=measured_text,
    measured_shapes=frozenset({"text"}),
    sample="502 since 14:20, after an update",
    roles=frozenset({"description", "detail-of"}),
)
