"""`file`: one file or several; the answer is the list of their ids."""

from __future__ import annotations

from typing import Final

from pydantic import JsonValue

from intake.journey.kinds.spec import (
    AnswerContext,
    Hint,
    KindSpec,
    ReadAnswer,
    ReadingTime,
    same_items,
)
from intake.journey.steps import Ask

MAX_FILES: Final = 20


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    files = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(name, str) and name for name in files):
        return asked.hint("shape", can_insist=False)
    if len(files) > MAX_FILES:
        return asked.hint("too-many-files", can_insist=False, limit=MAX_FILES)
    return list(files), False


def _display(_: Ask, value: JsonValue, language: str, __: ReadingTime) -> str:
    """Return the number of files; their names are shown where they can be opened."""
    if not isinstance(value, list):
        return str(value)
    if language == "ru":
        return f"Файлов: {len(value)}"
    return "1 file" if len(value) == 1 else f"{len(value)} files"


FILE = KindSpec(
    name="file",
    summary="one file or several",
    read=_read,
    keys=frozenset({"bounds"}),
    empty=[],
    sample=["f1"],
    stands_alone=True,
    same=same_items,
    display=_display,
)
