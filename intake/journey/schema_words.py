"""What pydantic finds wrong with a checklist, said to its author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from intake.journey.model import LANGUAGES, MAX_TEXT, Head, SectionHead
from intake.journey.problems import closest, did_you_mean

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One mistake and the way to it; `on_key`: the key itself is wrong, not its value."""

    path: Path
    on_key: bool
    code: str
    message: str
    suggestion: str | None = None


def explain(error: ValidationError, model: type[BaseModel], what: str) -> Iterator[Found]:
    """Each mistake of a model, in the author's words; `what` is "an 'ask' step"."""
    for each in error.errors(include_url=False, include_context=True):
        yield _explain(each, model, what)


def _explain(each: Any, model: type[BaseModel], what: str) -> Found:  # noqa: ANN401  pydantic's own
    kind = str(each["type"])
    raw_path = tuple(each["loc"])
    on_key = "[key]" in raw_path
    path = tuple(part for part in raw_path if not _is_mark(part))
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "this")
    given = each.get("input")
    if kind == "extra_forbidden":
        return _unknown_key(path, name, model, what)
    if kind == "missing":
        return Found(
            path[:-1], True, "missing", f"'{name}:' is missing from {_of(path, what)}; add it"
        )
    if kind == "literal_error":
        return _not_among(path, name, given, each, on_key=on_key)
    if kind == "string_pattern_mismatch":
        return _bad_id(path, str(given), on_key=on_key)
    message, suggestion = _plain(kind, name, given, each)
    return Found(path, on_key, _CODES.get(kind, "doesnt-fit"), message, suggestion)


def _is_mark(part: str | int) -> bool:
    return isinstance(part, str) and (part.startswith("<") or part == "[key]")


def _unknown_key(path: Path, name: str, model: type[BaseModel], what: str) -> Found:
    allowed = _keys_at(model, path[:-1])
    if not allowed:
        message = f"'{name}' is not a key here; take it out"
        return Found(path, True, "unknown-key", message)
    message = f"'{name}' is not a key of {_of(path, what)}{did_you_mean(name, allowed, at_most=20)}"
    return Found(path, True, "unknown-key", message, closest(name, allowed))


def _of(path: Path, what: str) -> str:
    """What a key belongs to: the step, or a part of it."""
    names = [part for part in path[:-1] if isinstance(part, str)]
    return f"'{names[-1]}'" if names else what


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys of the model that a path leads to."""
    for part in path:
        if not isinstance(part, str):
            continue
        info = next((f for f in model.model_fields.values() if part == f.alias), None)
        found = _model_in(info.annotation) if info else None
        if found is None:
            return []
        model = found
    keys = [info.alias or name for name, info in model.model_fields.items()]
    return [*keys, "steps"] if issubclass(model, Head | SectionHead) else keys


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401  any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if (found := _model_in(part)) is not None:
            return found
    return None


def _not_among(path: Path, name: str, given: object, each: Any, *, on_key: bool) -> Found:  # noqa: ANN401
    allowed = re.findall(r"'([^']*)'", str(each.get("ctx", {}).get("expected", "")))
    word = given if isinstance(given, str) else str(given).lower()
    if on_key and set(allowed) == set(LANGUAGES):
        message = f"'{word}' is no language of a text{did_you_mean(word, allowed)}"
        return Found(path, True, "language", message, closest(word, allowed))
    message = f"'{_cut(word)}' is not allowed for '{name}'{did_you_mean(word, allowed)}"
    return Found(path, False, "not-allowed", message, closest(word, allowed))


def _bad_id(path: Path, given: str, *, on_key: bool) -> Found:
    better = re.sub(r"[^a-z0-9_-]+", "-", given.lower()).strip("-_")[:64] or None
    tail = f", such as '{better}'" if better else ", such as 'since-when'"
    message = f"'{_cut(given)}' can't be a name; use small Latin letters, digits and hyphens{tail}"
    return Found(path, on_key, "bad-id", message, better)


def _plain(kind: str, name: str, given: object, each: Any) -> tuple[str, str | None]:  # noqa: ANN401
    if kind in ("string_type", "string_sub_type"):
        return _no_text(name, given)
    if kind in ("bool_type", "bool_parsing"):
        near = _BOOLEANS.get(str(given).lower())
        tail = f"; did you mean {near}?" if near else ""
        return f"'{name}' is true or false, and this is {_shape(given)}{tail}", near
    size = len(given) if isinstance(given, str) else "too many"
    most = (each.get("ctx") or {}).get("max_length", MAX_TEXT)
    template = _MESSAGES.get(kind, "'{name}' doesn't fit: {words}")
    message = template.format(
        name=name, shape=_shape(given), size=size, most=most, words=each["msg"]
    )
    return message, None


_CODES = {
    "string_type": "not-a-text",
    "string_sub_type": "not-a-text",
    "string_too_short": "empty",
    "string_too_long": "too-long",
    "bool_type": "not-true-or-false",
    "bool_parsing": "not-true-or-false",
    "dict_type": "not-a-mapping",
    "model_type": "not-a-mapping",
    "mapping_type": "not-a-mapping",
    "list_type": "not-a-list",
    "tuple_type": "not-a-list",
    "too_long": "too-many",
    "too_short": "empty",
}
_BOOLEANS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_A_MAPPING = "'{name}' is a mapping of keys and values, and this is {shape}"
_A_LIST = "'{name}' is a list, each line begun with '- ', and this is {shape}"
_MESSAGES = {
    "string_too_short": "'{name}' is empty; write a text or leave the key out",
    "string_too_long": "'{name}' has {size} characters; at most {most} fit here",
    "dict_type": _A_MAPPING,
    "model_type": _A_MAPPING,
    "mapping_type": _A_MAPPING,
    "list_type": _A_LIST,
    "tuple_type": _A_LIST,
    "too_long": "'{name}' has too many entries; at most {most} fit here",
    "too_short": "'{name}' is empty; add an entry or leave the key out",
}


def _no_text(name: str, given: object) -> tuple[str, str | None]:
    if given is None:
        return f"'{name}' is empty; write a text", None
    if isinstance(given, bool):
        word = "true" if given else "false"
        return f"'{name}' is a text, and a bare {word} is not; put it in quotes", f'"{word}"'
    return f"'{name}' is a text, and this is {_shape(given)}; write the words", None


def _shape(given: object) -> str:
    if given is None:
        return "empty"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, list | tuple):
        return "a list"
    return f"'{_cut(str(given))}'"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    most = 60
    return text if len(text) <= most else text[: most - 1] + "…"
