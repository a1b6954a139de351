"""Translates pydantic's validation errors to mistakes for the author of a checklist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from diagnostics.texts import LANGUAGES, closest_match
from intake.authoring.messages import Listed, Phrase, cut, hint, phrase, shape_of
from intake.authoring.near_words import in_latin, near_word, transliterated
from intake.authoring.problems import Mistake
from intake.authoring.syntax.model_keys import keys_at
from intake.authoring.syntax.other_tools import (
    JUMPS,
    LABELS,
    OF_THE_QUESTION,
    words_for_key,
)
from intake.authoring.syntax.repeated_mistakes import once_for_all_languages, without_repeats
from intake.authoring.syntax.wrong_shapes import words_of_shape
from intake.journey.conditions import scalar_text
from intake.journey.kinds import KINDS
from intake.journey.model import OTHERWISE, Head, KeyPath
from intake.journey.steps import STEP_MODELS

_MAX_KEYS = 20  # listed in a message if none resembles the unknown one
# pydantic's paths contain the tags of our unions and "[key]", which the file doesn't.
_MARKS = frozenset({"<string>", "<mapping>", "<list>", "<otherwise>", "[key]"})


def explain(
    error: ValidationError, model: type[BaseModel], of: Phrase, present: Collection[str] = ()
) -> Iterator[Mistake]:
    """
    Yield the mistakes in a model's validation error; `of` names the model in messages.

    `present` are its existing keys, which are never suggested for an unknown one.
    """
    every = error.errors(include_url=False, include_context=True)
    wrong_inside = {details["loc"][:-1] for details in every}
    every = [details for details in every if not _only_counts(details, wrong_inside)]
    mistakes = (_in_choices(details) or _explain(details, model, of, present) for details in every)
    yield from without_repeats(list(once_for_all_languages(mistakes)))


def _only_counts(details: ErrorDetails, wrong_inside: Collection[tuple[int | str, ...]]) -> bool:
    """Check whether a list is too short only because its items are wrong."""
    return details["type"] == "too_short" and details["loc"] in wrong_inside


def _in_choices(details: ErrorDetails) -> Mistake | None:
    """Return the mistake of a question's key that is indented like its choices, or None."""
    path = details["loc"]
    if path[:1] != ("choices",) or len(path) == 1 or path[1] not in OF_THE_QUESTION:
        return None
    return Mistake(path[:2], phrase("key-in-choices", key=str(path[1])), on_key=True)


def _explain(
    details: Any,  # noqa: ANN401  pydantic's own
    model: type[BaseModel],
    of: Phrase,
    present: Collection[str],
) -> Mistake:
    kind = str(details["type"])
    raw_path = tuple(details["loc"])
    on_key = "[key]" in raw_path
    path = tuple(part for part in raw_path if part not in _MARKS)
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    raw = details.get("input")
    if kind == "extra_forbidden":
        # An author's own key may look like a mark.
        path = (*(part for part in raw_path[:-1] if part not in _MARKS), raw_path[-1])
        key = str(raw_path[-1])
        if raw_path[-2:-1] == ("<otherwise>",):
            return _no_language(path, key, keys_at(model, path[:-2]))
        return _unknown_key(path, key, (model, of), raw, present if len(path) == 1 else ())
    if kind == "missing":
        words = phrase("missing", key=key, of=_of(path, of))
        return Mistake(path[:-1], words, on_key=True, key=key)
    if kind == "literal_error" and raw is not None:
        outside = keys_at(model, path[:-2]) if on_key else []
        return _not_among(path, key, details, outside, on_key=on_key)
    if kind == "string_pattern_mismatch":
        return _bad_id(path, str(raw), on_key=on_key)
    words, suggestion = words_of_shape(kind, key, details)
    is_of_key = raw is None or words.code == "choices-listed"
    return Mistake(path, words, suggestion, on_key or is_of_key)


_OF_LANGUAGE = re.compile(rf"([a-z-]+)[._-](?:{'|'.join(LANGUAGES)})")


def _unknown_key(
    path: KeyPath,
    key: str,
    read_as: tuple[type[BaseModel], Phrase],
    raw: object,
    present: Collection[str],
) -> Mistake:
    model, of = read_as
    allowed = keys_at(model, path[:-1])
    if (words := words_for_key(key, allowed, is_list=isinstance(raw, list))) is not None:
        return Mistake(path, words, on_key=True)
    if (of_language := _OF_LANGUAGE.fullmatch(key)) is not None and of_language[1] in allowed:
        return Mistake(
            path, phrase("key-of-language", key=cut(key), of=of_language[1]), on_key=True
        )
    if (without := key.partition(" ")[0]) in allowed and without != key:
        return Mistake(path, phrase("no-colon-after", key=without), on_key=True)
    if (
        path[:2] in (("ticket", "priority"), ("ticket", "queue"))
        and near_word(key, allowed) is None
    ):
        return Mistake(
            path, phrase("row-without-when", key=cut(key), table=str(path[1])), on_key=True
        )
    is_of_head = key in keys_at(Head, ()) and near_word(key, allowed) is None
    elsewhere = (
        phrase("key-of-checklist", key=key)
        if path[:-1] == ("ticket",) and is_of_head
        else _grouped(key, raw, allowed, of)
    )
    if elsewhere is not None:
        return Mistake(path, elsewhere, on_key=True)
    free = [other for other in allowed if other not in present]
    known = free if near_word(key, free) else allowed
    return _of_other_step(path, key, model, of) or _near_key(path, key, known, of, raw)


def _grouped(key: str, raw: object, allowed: Collection[str], of: Phrase) -> Phrase | None:
    """Return the message for a key that only groups ours, such as `attributes: {label: …}`."""
    if not isinstance(raw, dict) or not raw or set(raw) & {*LANGUAGES, *allowed} == set(LANGUAGES):
        return None
    if closest_match(key, tuple(allowed)) is not None:
        return None
    meant = {name: near_word(str(name), allowed) for name in raw}
    if None in meant.values() or "show-if" not in allowed:
        return None
    listed = tuple(
        f"'{ours}: {scalar_text(raw[name])}'"
        if isinstance(raw[name], str | bool | int | float)
        else f"'{ours}: …'"
        for name, ours in meant.items()
    )
    return phrase("keys-grouped", key=cut(key), of=of, listed=Listed(listed, "and"))


def _of_other_step(path: KeyPath, key: str, model: type[BaseModel], of: Phrase) -> Mistake | None:
    """Return the mistake of a key that only other kinds of steps have, or None."""
    others = [word for word, other in STEP_MODELS.items() if key in keys_at(other, ())]
    if len(path) > 1 or model not in STEP_MODELS.values() or not others:
        return None
    listed = Listed(tuple(f"'{word}'" for word in others), "or")
    words = phrase("key-of-other-step", key=key, of=of, listed=listed)
    return Mistake(path, words, on_key=True)


def _near_key(
    path: KeyPath, key: str, allowed: Collection[str], of: Phrase, raw: object
) -> Mistake:
    near = near_word(key, allowed)
    meant = f"languages: [{cut(raw)}]" if near == "languages" and isinstance(raw, str) else ""
    if near == "kind" and isinstance(raw, str) and raw not in KINDS:
        # Two words of another tool in one line: with one of them in place nothing is mended.
        meant = f"kind: {near_word(raw, KINDS)}" if near_word(raw, KINDS) else ""
    if near == "show-if" and isinstance(raw, str):
        meant = f"show-if: {{{raw}: …}}" if _ID.fullmatch(raw) else "show-if: {…: …}"
    if meant:
        words = phrase("unknown-key", key=key, of=of, hint=phrase("write-it", meant=meant))
        return Mistake(path, words, on_key=True)
    tail = hint(key, allowed, at_most=_MAX_KEYS)
    words = phrase("unknown-key", key=cut(key), of=_of(path, of), hint=tail)
    return Mistake(path, words, near, on_key=True)


def _of(path: KeyPath, of: Phrase) -> Phrase:
    """Return the name of what a key belongs to: the step, or a part of it."""
    names = [part for part in path[:-1] if isinstance(part, str)]
    return phrase("key", key=names[-1]) if names else of


def _not_among(
    path: KeyPath,
    key: str,
    details: Any,  # noqa: ANN401
    outside: Collection[str],
    *,
    on_key: bool,
) -> Mistake:
    # pydantic names the allowed words in a sentence only: "'a', 'b' or 'c'".
    allowed = re.findall(r"'([^']*)'", str(details.get("ctx", {}).get("expected", "")))
    raw = details.get("input")
    if isinstance(raw, list | dict):
        return Mistake(path, phrase("not-one-word", key=key, shape=shape_of(raw)))
    word = raw if isinstance(raw, str) else str(raw).lower()
    near = near_word(word, allowed)
    if on_key and set(allowed) == set(LANGUAGES):
        return _no_language(path, word, outside)
    tail = hint(word, allowed)
    if tail.code == "did-you-mean":  # what is told where that mends nothing
        tail = tail.with_(instead=phrase("allowed", listed=Listed(tuple(allowed[:_MAX_KEYS]))))
    words = phrase("not-allowed", word=cut(word), key=key, hint=tail)
    return Mistake(path, words, near)


def _no_language(path: KeyPath, word: str, outside: Collection[str]) -> Mistake:
    """Return the mistake of a text's key that isn't a language; `outside`: the text's siblings."""
    if word.lower() in JUMPS:
        return Mistake(path, phrase("no-jumps", key=cut(word)), on_key=True)
    choice = path[1:2] if path[:1] == ("choices",) else ()
    if choice and word.lower() in LABELS:
        words = phrase("choice-label", key=cut(word), choice=str(choice[0]))
        return Mistake(path, words, on_key=True)
    if word in outside:
        words = phrase("key-too-deep", key=cut(word), of=str(path[-2]))
        return Mistake(path, words, on_key=True)
    # `otherwise` is the least likely one to be meant, so it is listed last.
    allowed = (*LANGUAGES, OTHERWISE)
    if _OTHER_LANGUAGE.fullmatch(word):
        return Mistake(path, phrase("language-elsewhere", word=word.lower()), on_key=True)
    words = phrase("language", word=cut(word), hint=hint(word, allowed))
    return Mistake(path, words, near_word(word, allowed), on_key=True)


# Languages of Europe and its neighbours, which a host's customers may use.
_OTHER_LANGUAGE = re.compile(
    r"uk|be|kk|de|fr|es|it|pl|pt|tr|nl|cs|sk|ro|bg|sr|lt|lv|et|ka|hy|az|uz|zh|ja|ar|he|fi|sv",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+|https?://.*", re.IGNORECASE)


_SEVERAL = re.compile(r"\w[,;]\s*\w")
_PARAMETER = re.compile(r"<[\w-]+>")


_PARTED = re.compile(r"\s*[;|/]\s*|\s+(?:and|or|и|или)\s+|\s+")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def _bad_id(path: KeyPath, written: str, *, on_key: bool) -> Mistake:
    # In a list, several names in one item lack the comma between them.
    parts = _PARTED.split(written.strip())
    if path and isinstance(path[-1], int) and len(parts) > 1 and all(map(_ID.fullmatch, parts)):
        words = phrase("names-joined", word=cut(written), listed=", ".join(parts))
        return Mistake(path, words, ", ".join(parts))
    if path == ("use",) and _SEVERAL.search(written):
        return Mistake(path, phrase("use-several"))
    if path == ("of",) and _ADDRESS.fullmatch(written):
        return Mistake(path, phrase("of-address", word=cut(written)))
    if (parameter := _PARAMETER.search(written)) is not None:
        return Mistake(path, phrase("parameter-unknown", word=parameter[0]), on_key=on_key)
    # The name of a section's file is the one id that has a slash.
    keep = "a-z0-9_/-" if path == ("use",) else "a-z0-9_-"
    latin = in_latin(written)
    # Russian letters among Latin ones are a typo; a whole Russian word is transliterated.
    plain = (latin if latin.isascii() else transliterated(written)).lower().removesuffix(".yaml")
    better = re.sub(rf"[^{keep}]+", "-", plain).strip("-_/")[:64] or None
    words = phrase("bad-id", word=cut(written), better=better or "since-when")
    return Mistake(path, words, better, on_key)
