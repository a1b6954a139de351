"""Checks values in conditions: numbers in the possible range, no value twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.authoring.messages import Phrase, cut, phrase
from intake.journey.code_families import matches_code
from intake.journey.conditions import UNKNOWN, parts_of_range
from intake.journey.operands import OperandType

_NO_PAGE_MS = 20  # no page loads faster, so a smaller limit was probably meant in seconds


def mismatch_of_number(at: Phrase, left: str, side: OperandType, word: str) -> Phrase | None:
    """Return why a number or range is impossible, or None if it is possible."""
    sign, *bounds = parts_of_range(word)
    low, high = float(bounds[0]), float(bounds[1] or bounds[0])
    if sign == "-" and low > high:
        swapped = f"{bounds[1]}-{bounds[0]}"
        return phrase("range-order", at=at, word=cut(word), swapped=swapped)
    is_time_of_page = left.endswith((".first-byte-ms", ".page-ms"))
    if is_time_of_page and sign in (">", ">=") and 0 < low < _NO_PAGE_MS:
        return phrase("milliseconds", at=at, left=left, word=cut(word), meant=f"{low * 1000:g}")
    is_percent = left.endswith(".loss-percent")
    if is_percent and sign in (">", ">=") and 0 < low < 1:
        meant = f"{low * 100:g}"
        return phrase("percent-as-ratio", at=at, left=left, word=cut(word), sign=sign, meant=meant)
    least, most = side.least, side.most
    if least is not None and most is not None and least > most:
        return None  # the question's own limits are the mistake, reported there
    is_above = most is not None and (low >= most if sign == ">" else low > most)
    is_below = least is not None and (high <= least if sign == "<" else high < least)
    beyond = (is_above and sign not in ("<", "<=")) or (is_below and sign not in (">", ">="))
    if not beyond:
        return None
    limits = _limits(least, most)
    return phrase("out-of-fact", at=at, left=left, word=cut(word), limits=limits)


def _limits(least: float | None, most: float | None) -> Phrase:
    if least is not None and most is not None:
        return phrase("limits-both", least=f"{least:g}", most=f"{most:g}")
    if least is not None:
        return phrase("limits-least", least=f"{least:g}")
    return phrase("limits-most", most=f"{most:g}")


def repeated_indexes(allowed: Sequence[str]) -> Iterator[int]:
    """Yield the indexes of values that repeat an earlier value of the list."""
    for index, word in enumerate(allowed):
        if word != UNKNOWN and any(_says_it(other, word) for other in allowed[:index]):
            yield index


def _says_it(other: str, word: str) -> bool:
    return other == word or matches_code(word, other)
