"""`targets`: several sites or servers in a list; a check of them measures each."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from intake.journey.kinds.input_text import read_line
from intake.journey.kinds.spec import (
    AnswerContext,
    Hint,
    KindSpec,
    ReadAnswer,
    ReadingTime,
    same_items,
)
from intake.journey.kinds.target import TARGET
from intake.journey.steps import Ask

MAX_TARGETS: Final = 5  # each is measured, and a diagnosis sends some forty packets
_SEPARATOR: Final = re.compile(r"[\s,;]+")


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    names = _split_names(asked, raw)
    if isinstance(names, Hint):
        return names
    if len(names) > MAX_TARGETS:
        return asked.hint("targets-many", can_insist=False, most=MAX_TARGETS)
    targets: list[JsonValue] = []
    for name in names:
        answer = TARGET.read(replace(asked, insisted=False), name)
        if isinstance(answer, Hint):
            # Name the rejected one. It can't be insisted on: only measurable targets are accepted.
            return replace(answer, text=f"{name}: {answer.text}", can_insist=False, suggestion=None)
        targets.append(answer[0])
    return targets, False


def _split_names(asked: AnswerContext, raw: JsonValue) -> list[str] | Hint:
    """Return the names in the order of the text, without duplicates, or a hint."""
    names: dict[str, str] = {}
    for part in raw if isinstance(raw, list) else [raw]:
        text = read_line(asked, part, keep_lines=True)
        if isinstance(text, Hint):
            return text
        for name in filter(None, _SEPARATOR.split(text)):
            names.setdefault(name.casefold().rstrip("/."), name)
    return list(names.values())


def _display(_: Ask, value: JsonValue, __: str, ___: ReadingTime) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


TARGETS = KindSpec(
    name="targets",
    summary=f"several sites or servers, at most {MAX_TARGETS}; a check `of` it measures each",
    read=_read,
    keys=frozenset({"bounds"}),
    empty=[],
    sample="shop.example, blog.example",
    has_several=True,
    same=same_items,
    display=_display,
    target_kinds=frozenset({"site", "server", "mail"}),
)
