"""Checks `accept`: whether its limits fit the kind of question and can be met."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.acceptance import Accept
from intake.journey.answer_constraints import pattern_error
from intake.journey.answers import Hint
from intake.journey.answers import accept as accept_answer
from intake.journey.kinds import choices_of, spec_of
from intake.journey.kinds.file import MAX_FILES
from intake.journey.kinds.input_text import MAX_ANSWER
from intake.journey.steps import Ask

_ANY_TIME: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
_IN_SLASHES: Final = re.compile(r"/\^?(.+?)\$?/[a-z]*")
# A lost backslash: `d{4}` for `\\d{4}`.
_LOST: Final = re.compile(r"(?<![\\\w])([dws])(?:[+*]|\{\d+(?:,\d*)?\})")
_STANDS_FOR: Final = {
    "d": phrase("a-digit"),
    "w": phrase("a-letter-or-digit"),
    "s": phrase("a-space"),
}
# RE2's error messages, by a part of each.
_WHY: Final = {
    "perl operator": phrase("pattern-looks-around"),
    "missing )": phrase("pattern-bracket"),
    "unexpected )": phrase("pattern-bracket"),
    "missing ]": phrase("pattern-bracket"),
    "escape sequence": phrase("pattern-escape"),
    "trailing \\": phrase("pattern-escape"),
    "repetition": phrase("pattern-repetition"),
    "class range": phrase("pattern-range"),
    "too large": phrase("pattern-large"),
}


def mistakes_of_accept(ask: Ask) -> Iterator[Mistake]:
    """Yield the mistakes of a question's `unit` and `accept`."""
    if ask.unit is not None and "unit" not in spec_of(ask).keys:
        words = phrase("unit-unwanted", name=ask.id, kind=ask.kind)
        yield Mistake(("unit",), words, on_key=True)
    accept = ask.accept
    if accept is None:
        return
    if accept.pattern is not None:
        yield from _pattern(ask, accept.pattern)
    has_bounds = accept.from_ is not None or accept.to is not None
    if has_bounds and "bounds" not in spec_of(ask).keys:
        yield Mistake(("accept",), phrase("accept-size-unwanted", kind=ask.kind), on_key=True)
    elif accept.from_ is not None and accept.to is not None and accept.from_ > accept.to:
        words = phrase("accept-order", least=f"{accept.from_:.12g}", most=f"{accept.to:.12g}")
        yield Mistake(("accept", "from"), words)
    elif has_bounds:
        yield from list(_beyond(ask, accept)) or _refused_example(ask)
    else:
        yield from _refused_example(ask)
    if accept.pattern is None and not has_bounds:
        yield Mistake(("accept",), phrase("accept-nothing"), on_key=True)


def _refused_example(ask: Ask) -> Iterator[Mistake]:
    """Yield a mistake for an example that the question itself would reject."""
    if ask.accept is not None and ask.accept.pattern and pattern_error(ask.accept.pattern):
        return
    for language, line in ask.example.lines.items() if ask.example is not None else ():
        taken = accept_answer(ask, line, now=_ANY_TIME, language=language or LANGUAGES[0])
        if isinstance(taken, Hint):
            path = ("example", language) if language else ("example",)
            yield Mistake(path, phrase("example-refused", word=cut(line)))
            return


def is_letter_lost(pattern: str) -> bool:
    """Check whether a pattern lacks the backslash before `d`, `w` or `s`."""
    return _LOST.search(pattern) is not None


def _beyond(ask: Ask, accept: Accept) -> Iterator[Mistake]:
    """Yield a mistake for a limit that no answer of this kind can reach."""
    most = _largest_size(ask)
    for key, bound in (("from", accept.from_), ("to", accept.to)):
        if bound is not None and most is not None and not 0 <= bound <= most:
            words = phrase("accept-too-much", name=ask.id, bound=f"{bound:g}", most=most)
            yield Mistake(("accept", key), words)
            return


def _largest_size(ask: Ask) -> int | None:
    """Return the upper limit of an answer's size, or None if it has none."""
    if ask.kind in ("file", "letter"):
        return MAX_FILES
    if ask.kind == "choices":
        return len(choices_of(ask))
    return MAX_ANSWER if "pattern" in spec_of(ask).keys else None


def _pattern(ask: Ask, pattern: str) -> Iterator[Mistake]:
    if "pattern" not in spec_of(ask).keys:
        words = phrase("accept-pattern-unwanted", name=ask.id, kind=ask.kind)
        yield Mistake(("accept", "pattern"), words)
    elif (plain := _IN_SLASHES.fullmatch(pattern)) is not None:
        words = phrase("accept-slashes", meant=plain[1])
        yield Mistake(("accept", "pattern"), words, plain[1])
    elif (lost := _LOST.search(pattern)) is not None:
        words = phrase("pattern-letter", word=lost[0], letter=lost[1], what=_STANDS_FOR[lost[1]])
        yield Mistake(("accept", "pattern"), words, _LOST.sub(r"\\\g<0>", pattern))
    elif (why := pattern_error(pattern)) is not None:
        known = next((words for part, words in _WHY.items() if part in why), None)
        reason = known or phrase("pattern-other", why=why)
        yield Mistake(("accept", "pattern"), phrase("accept-pattern", why=reason))
