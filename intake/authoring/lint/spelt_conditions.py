"""Recognizes conditions that are written as sentences or as answers with `true`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from intake.authoring.lint.names import Names
from intake.authoring.lint.other_notations import MAX_GUESSED, SIGN_WORDS, SIGNS
from intake.authoring.messages import Phrase, cut, phrase, shape_of
from intake.authoring.problems import Mistake
from intake.journey.conditions import Condition, ConditionFault, comparisons
from intake.journey.model import KeyPath

_SENTENCE: Final = re.compile(r"([a-z0-9_.-]+)\s*(==?|!=|:|\bis\b)\s*([\w.-]+)", re.IGNORECASE)
_SPELT_SIGNS: Final = "|".join(sorted(SIGN_WORDS, key=len, reverse=True))
_BOUNDED: Final = re.compile(
    rf"([a-z][a-z0-9_.-]*)\s*([<>]=?|[≥≤⩾⩽]|\b(?:{_SPELT_SIGNS})\b)"
    r"\s*(-?\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_MARKS_OF_NAMES: Final = re.compile(r"\{\{\s*|\s*\}\}|\$\{\s*|[\"']|\}$")
_IN_BRACES: Final = re.compile(r"\{[^{}]*:[^{}]*\}")
_NAME: Final = re.compile(r"[a-z0-9_-]+", re.IGNORECASE)
_OR: Final = frozenset({"or", "||", "или"})
_BETWEEN_SENTENCES: Final = re.compile(r"\s+(?:or|and|\|\||&&|или|и)\s+", re.IGNORECASE)
_NEGATED: Final = re.compile(r"(?:not\s+|!\s*|не\s+)([a-z0-9_-]+)", re.IGNORECASE)


def condition_as_elsewhere(sentence: str) -> str | None:
    """Return our notation for `not broken`, `overwrite = no` or `a is x or b is y`, or None."""
    if len(sentence) > MAX_GUESSED:
        return None
    plain = _MARKS_OF_NAMES.sub("", sentence).strip()
    if denied := _NEGATED.fullmatch(plain):
        return f"{{not: {denied[1]}}}"
    parts = [_as_condition(part) for part in _BETWEEN_SENTENCES.split(plain)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if len(known) == 1:
        return f"{{{known[0]}}}"
    first = _BETWEEN_SENTENCES.search(plain)
    joint = "any" if first is not None and first[0].strip().lower() in _OR else "all"
    return f"{{{joint}: [{', '.join(f'{{{part}}}' for part in known)}]}}"


def _as_condition(sentence: str) -> str | None:
    bounded = _BOUNDED.fullmatch(sentence.strip())
    if bounded is not None:
        sign = SIGNS.get(bounded[2]) or SIGN_WORDS.get(bounded[2].lower(), bounded[2])
        return f'{bounded[1]}: "{sign} {bounded[3]}"'
    compared = _SENTENCE.fullmatch(sentence.strip())
    if compared is None:
        return None
    plain = f"{compared[1]}: {compared[3]}"
    return f"not: {{{plain}}}" if compared[2] == "!=" else plain


def marked_answers(left: str, value: Mapping[str, JsonValue], names: Names) -> Phrase | None:
    """Return the message for `what: {files: true}` instead of `what: files`; else None."""
    marked = [str(word) for word, is_so in value.items() if is_so in (True, "yes", "true", "on")]
    side = names.resolve(left, phrase("none")).side
    if side is None or len(marked) < len(value) or not set(marked) <= set(side.values or ()):
        return None
    answers = marked[0] if len(marked) == 1 else f"[{', '.join(marked)}]"
    return phrase("condition-written-out", word=left, meant=f"{{{left}: {answers}}}")


def words_for_name_alone(word: str, names: Names, at: Phrase) -> Phrase | None:
    """Return the message for a word alone in a checklist without `conditions`, or None."""
    if not _NAME.fullmatch(word):
        return None
    if word in names.earlier:
        return phrase("step-as-condition", name=word)
    owner = next((step for step in names.earlier if word in _choices_of(step, names, at)), None)
    if owner is not None:
        return phrase("condition-written-out", word=word, meant=f"{{{owner}: {word}}}")
    return phrase("no-conditions", at=at, name=word)


def _choices_of(step: str, names: Names, at: Phrase) -> tuple[str, ...]:
    side = names.resolve(step, at).side
    return tuple(side.values or ()) if side is not None else ()


def value_in_a_list(
    fault: ConditionFault, condition: Condition, path: KeyPath, names: Names, at: Phrase
) -> Mistake | None:
    """Return the mistake in `[{part: database}, mail]`, where `mail` is another value of `part`."""
    word = fault.value
    if fault.reason != "no-condition" or not isinstance(word, str) or word in names.conditions:
        return None
    for compare in comparisons(condition):
        side = names.resolve(compare.left, at).side
        if side is not None and word in (side.values or ()):
            listed = ", ".join((*compare.allowed, word))
            words = phrase("value-beside", word=word, left=compare.left, listed=listed)
            return Mistake((*path, *fault.path), words)
    return None


def words_of_other_shape(value: JsonValue) -> Phrase:
    """Return the message for a value of a wrong shape where a condition is needed."""
    meant = condition_as_elsewhere(value) if isinstance(value, str) else None
    if meant is not None:
        return phrase("condition-written-out", word=cut(str(value)), meant=meant)
    if isinstance(value, str) and _IN_BRACES.fullmatch(value):
        return phrase("condition-in-quotes", meant=cut(value))
    return phrase("condition-shape", shape=shape_of(value))
