"""Messages about values of a wrong shape: a list, a word, a number instead of a mapping etc."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import ErrorDetails

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import Phrase, cut, phrase, shape_of
from intake.authoring.near_words import near_word
from intake.authoring.syntax.other_tools import WRITTEN_OUT
from intake.authoring.syntax.yaml_repair.line_edits import TEXT_KEYS
from intake.journey.model import MAX_TEXT, OTHERWISE

_NUMBERS = frozenset(
    {"float_type", "float_parsing", "finite_number", "int_type", "int_parsing", "int_from_float"}
)
_GROUPED = re.compile(r"\d{1,3}(?:[\s_,'’\u00a0\u202f]\d{3})+")
_PARTED = re.compile(r"\s*[,;|/]\s*")
_WITH_UNIT = re.compile(r"[\d.,]+\s*[^\W\d]{1,12}\.?")
_PLACES = (1, 99)  # of `place`, the one whole number with bounds
_SHAPES = {"answer-from": phrase("answer-from-shape"), "needs": phrase("needs-shape")}
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|—|\.{2,3}|to|до)\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
_OF_REQUIRED = {"optional": "false", "необязательно": "false", "mandatory": "true"}
_SIZES = ("from", "to")
_TABLES = ("queue", "priority")
_LISTS_OF_ROWS = frozenset({"steps", "tests", "always", "do"})  # each row is more than a word
_PLAIN_WORD = re.compile(r"[\w.@/-][\w .@/-]*")  # what YAML reads as one text in a list too


def words_of_shape(kind: str, key: str, details: Any) -> tuple[Phrase, str | None]:  # noqa: ANN401
    """Return the message about a value of a wrong shape, and the likely value, or None."""
    raw, shape = details.get("input"), shape_of(details.get("input"))
    limit = (details.get("ctx") or {}).get("max_length", MAX_TEXT)
    suggestion = None
    if raw is None or kind in ("string_too_short", "too_short"):
        is_name = key in ("ask", "tell", "check")
        words = phrase("step-nameless", key=key) if is_name else phrase("empty", key=key)
    elif kind == "string_too_long":
        words = phrase("too-long", key=key, size=len(str(raw)), limit=limit)
    elif kind == "too_long":
        words = phrase("too-many", key=key, limit=limit)
    elif kind in ("string_type", "string_sub_type"):
        words, suggestion = _no_text(key, raw, is_label=details["loc"][:1] == ("choices",))
        if key in ("checklist", "section") and isinstance(raw, dict):
            name = next((value for value in raw.values() if isinstance(value, str)), "…")
            words = phrase("written-out", key=key, meant=cut(name))
    elif kind in ("bool_type", "bool_parsing"):
        of_key = _OF_REQUIRED.get(str(raw).lower()) if key == "required" else None
        suggestion = of_key or near_word(str(raw), ("true", "false"))
        tail = phrase("did-you-mean", near=suggestion) if suggestion else phrase("none")
        tail = phrase("without-quotes") if raw == suggestion else tail
        words = phrase("not-true-or-false", key=key, shape=shape, hint=tail)
    elif kind in ("dict_type", "model_type", "mapping_type"):
        words = _no_mapping(key, raw, details)
    elif kind in ("list_type", "tuple_type"):
        words, suggestion = _no_list(key, raw)
    elif (of_number := _no_number(kind, key, shape, raw)) is not None:
        words = of_number
    else:
        words = phrase("not-allowed", word=cut(str(raw)), key=key, hint=phrase("none"))
    return words, suggestion


def _no_mapping(key: str, raw: object, details: ErrorDetails) -> Phrase:
    if key in _SHAPES:
        return _SHAPES[key]
    if isinstance(raw, list):
        return _listed(key, raw)
    if isinstance(raw, str) and key in _TABLES and isinstance(details["loc"][-1], int):
        return phrase("row-of-one-word", table=key, word=cut(raw))
    if isinstance(raw, str) and key == "choices":
        return _listed(key, [*_PARTED.split(raw)])
    if isinstance(raw, str) and (meant := _with_keys(key, raw)):
        return phrase("written-out", key=key, meant=meant)
    return phrase("not-a-mapping", key=key, shape=shape_of(raw))


def _with_keys(key: str, word: str) -> str:
    """Return how a word is written as a mapping, or "" if that isn't known."""
    if key == "accept" and (match := _RANGE.fullmatch(word.strip())):
        return f'{{from: {match[1]}, to: {match[2]}, say: {{en: "…", ru: "…"}}}}'
    return WRITTEN_OUT[key].format(cut(word)) if key in WRITTEN_OUT else ""


def _listed(key: str, raw: list[object]) -> Phrase:
    """Return the message for a list instead of a mapping of names to values."""
    if key == "choices":
        names = [_name_of_choice(part) for part in raw]
        first = next((name for name in names if isinstance(name, str) and name.isascii()), "ours")
        return phrase("choices-listed", key=key, first=first.lower().replace(" ", "-"))
    if key in ("queues", "priorities", "products") and raw:
        name = str(_name_of_choice(raw[0]))
        inner = '{title: {en: "…", ru: "…"}}' if key == "products" else '{en: "…", ru: "…"}'
        return phrase("written-out", key=key, meant=f"{{{cut(name)}: {inner}, …}}")
    if key in ("conditions", "must-have", "answers", "takes"):
        return phrase("names-listed", key=key)
    if key == "words":
        listed = ", ".join(map(str, raw))
        return phrase("written-out", key=key, meant=f"{{en: […], ru: [{cut(listed, 40)}]}}")
    return phrase("not-a-mapping", key=key, shape=shape_of(raw))


def _name_of_choice(part: object) -> object:
    """Return the name of a listed choice: `cart` in `- cart: …` and `- {value: cart, label: …}`."""
    if not isinstance(part, dict) or not part:
        return part
    named = (part[key] for key in ("value", "id", "name", "key") if isinstance(part.get(key), str))
    return next(named, next(iter(part)))


def _no_list(key: str, raw: object) -> tuple[Phrase, str | None]:
    if isinstance(raw, str) and key in _TABLES:
        row = f"[{{otherwise: {raw}}}]"
        return phrase("written-out", key=key, meant=row), row
    if isinstance(raw, dict) and key in _TABLES:
        word = next((value for name, value in raw.items() if name == OTHERWISE), "…")
        return phrase("table-as-mapping", key=key, word=cut(str(word))), None
    if isinstance(raw, str) and "," in raw:
        return phrase("written-out", key=key, meant=f"[{cut(raw)}]"), f"[{raw}]"
    if isinstance(raw, str) and key not in _LISTS_OF_ROWS and _PLAIN_WORD.fullmatch(raw):
        return phrase("written-out", key=key, meant=f"[{cut(raw)}]"), f"[{raw}]"
    if key == "do":
        return phrase("moves-shape", shape=shape_of(raw)), None
    return phrase("not-a-list", key=key, shape=shape_of(raw)), None


def _no_number(kind: str, key: str, shape: Phrase, raw: object) -> Phrase | None:
    if kind in ("greater_than_equal", "less_than_equal"):
        least, most = _PLACES
        return phrase("out-of-range", key=key, least=least, most=most, shape=shape)
    if kind in _NUMBERS and isinstance(raw, str) and _GROUPED.fullmatch(raw.strip()):
        return phrase("number-grouped", key=key, meant="".join(filter(str.isdigit, raw)))
    if kind in _NUMBERS and key in _SIZES and _WITH_UNIT.fullmatch(str(raw).strip()):
        return phrase("number-with-unit", key=key, word=cut(str(raw)))
    return phrase("not-a-number", key=key, shape=shape) if kind in _NUMBERS else None


def _no_text(key: str, written: object, *, is_label: bool) -> tuple[Phrase, str | None]:
    if isinstance(written, bool) and is_label:
        return phrase("written-out", key=key, meant='{en: "…", ru: "…"}'), None
    if isinstance(written, bool):
        word = "true" if written else "false"
        return phrase("bare-word", key=key, word=word), f'"{word}"'
    if key == "answer-from":
        return phrase("answer-from-shape"), None
    if key in TEXT_KEYS and key not in LANGUAGES:
        return phrase("text-by-language", key=key, shape=shape_of(written)), None
    return phrase("not-a-text", key=key, shape=shape_of(written)), None
