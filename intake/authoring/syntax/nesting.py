"""Repairs wrong nesting: keys that belong below the key or step above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import takewhile
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, RootModel

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import Phrase, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Place
from intake.authoring.syntax.model_keys import keys_at, model_in
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import OTHERWISE, Head
from intake.journey.steps import STEP_MODELS

_NAMES_BELOW = ("title", "about", "words", "must-have", "conditions")
# Lists whose items have exactly these two keys: instructions by language, rows of a table.
_TWO_KEY_LISTS = {
    "do": frozenset(LANGUAGES),
    "priority": frozenset({"when", "is"}),
    "queue": frozenset({"when", "is"}),
    "answer-from": frozenset({"when", "is"}),
}
_FREE_NAMES = frozenset({"must-have", "conditions"})
_OWN_KEYS = frozenset(keys_at(Head, ())) - {"about", "title"}

# Keys of only one kind of step, to recognize a step whose first line is missing.
_ONLY_OF: Final[dict[str, tuple[str, ...]]] = {
    "tell": ("do", "solved", "about"),
    "check": ("diagnose", "of"),
}


class MovedKeys(NamedTuple):
    """
    Keys that were moved to where they belong: their place, and the message about it.

    `is_dash`: only the dash before them is wrong.
    """

    place: Place
    keys: frozenset[str]
    words: Phrase
    is_dash: bool = False


def nest_keys(node: Node, model: type[BaseModel]) -> Iterator[MovedKeys]:
    """
    Move keys that a model doesn't have below the empty key before them.

    `choices:` with its choices in the same column is read as if they were indented.
    """
    known, inner_models = _parts_of(model)
    yield from _keys_below_empty(node, known)
    yield from _choices_forgotten(node, known)
    for key, parts in _TWO_KEY_LISTS.items():
        below = node.get(key) if key in known else None
        if below is not None:
            yield from _join_halves(below, parts)
    for key, inner in inner_models:
        below = node.get(key)
        for part in (below.listed() or [below]) if below is not None else ():
            yield from nest_keys(part, inner)


def _choices_forgotten(node: Node, known: frozenset[str]) -> Iterator[MovedKeys]:
    """Move the choices of a question without `choices:` below a new one."""
    kind = node.get("kind")
    if "choices" not in known or "choices" in node.keys or kind is None:
        return
    strangers = [key for key in node.keys if key not in known and _is_text(node.get(key))]
    if kind.value in ("choice", "choices") and len(strangers) > 1:
        place = node.keys[strangers[0]]
        values: dict[str, Any] = node.value  # type: ignore[assignment]
        values["choices"] = below = Node(place)
        _put_below(node, below, strangers)
        node.keys["choices"] = place
        yield MovedKeys(
            place, frozenset(strangers), phrase("choices-forgotten", first=strangers[0])
        )


def _is_text(node: Node | None) -> bool:
    if node is None:
        return False
    return isinstance(node.value, str) or (bool(node.keys) and set(node.keys) <= set(LANGUAGES))


def _join_halves(listed: Node, parts: frozenset[str]) -> Iterator[MovedKeys]:
    """Merge the second half of a list's item, which has a dash too many, into the item above."""
    nodes, at = listed.listed(), 1
    while at < len(nodes):
        before, node = nodes[at - 1], nodes[at]
        is_whole = set(before.keys) | set(node.keys) == parts
        if is_whole and len(before.keys) == len(node.keys) == 1:
            first = next(iter(node.keys))
            both: dict[str, Any] = before.value  # type: ignore[assignment]
            both.update(node.value)  # type: ignore[arg-type]
            before.keys |= node.keys
            del nodes[at]
            words = phrase("dash-in-text" if first in LANGUAGES else "dash-in-row", key=first)
            yield MovedKeys(node.keys[first], frozenset(node.keys), words, is_dash=True)
        at += 1
    if isinstance(listed.value, list):
        listed.value = nodes


@cache
def _parts_of(
    model: type[BaseModel],
) -> tuple[frozenset[str], tuple[tuple[str, type[BaseModel]], ...]]:
    """Return the keys of a model, and those of its keys that hold another model."""
    fields = model.model_fields.values()
    below = ((info.alias or "", model_in(info.annotation)) for info in fields)
    inner_models = tuple(
        (key, inner) for key, inner in below if inner and not issubclass(inner, RootModel)
    )
    return frozenset(keys_at(model, ())), inner_models


def _keys_below_empty(node: Node, known: frozenset[str]) -> Iterator[MovedKeys]:
    if not isinstance(node.value, dict):
        return
    keys = list(node.value)
    for index, key in enumerate(keys):
        above = node.get(key)
        if above is None or above.value is not None or key not in known:
            continue
        strangers: list[str] = []
        for other in keys[index + 1 :]:
            if other in known:
                break
            strangers.append(other)
        if strangers:
            place = node.keys[strangers[0]]
            line = node.keys[key].line
            _put_below(node, above, strangers)
            yield MovedKeys(place, frozenset(strangers), phrase("nesting", key=key, line=line))


def lift_keys(root: Node) -> Iterator[MovedKeys]:
    """
    Move the checklist's own keys back to its root if they were indented below another key.

    `ticket:` two spaces to the right is read as one more language of the `words:` above it.
    """
    values: dict[str, Any] = root.value  # type: ignore[assignment]
    for key in [key for key in root.keys if key in _NAMES_BELOW]:
        above = root.get(key)
        if above is None or not isinstance(above.value, dict):
            continue
        lost = [inner for inner in above.keys if _is_lost(inner, key, root)]
        for inner in lost:
            _nest_following(above, inner, lost)
            values[inner] = above.value.pop(inner)
            root.keys[inner] = above.keys.pop(inner)
        if lost:
            words = phrase("head-indented", key=lost[0], below=key)
            yield MovedKeys(root.keys[lost[0]], frozenset(lost), words)


def _nest_following(node: Node, key: str, lost: Sequence[str]) -> None:
    """Move the keys that follow an empty key, in its column, below it."""
    empty, keys = node.get(key), list(node.keys)
    if empty is None or empty.value is not None:
        return
    following = keys[keys.index(key) + 1 :]
    _put_below(node, empty, takewhile(lambda o: o not in lost and o not in LANGUAGES, following))


def _put_below(node: Node, above: Node, keys: Iterable[str]) -> None:
    """Move keys of a mapping below another node."""
    values: dict[str, Any] = node.value  # type: ignore[assignment]
    moved = list(keys)
    if moved:
        above.value = {key: values.pop(key) for key in moved}
        above.keys = {key: node.keys.pop(key) for key in moved}


def _is_lost(key: str, above: str, root: Node) -> bool:
    known = _OWN_KEYS - root.keys.keys() - set(LANGUAGES)
    # A condition may be named `record`; but `ticket` means the key if the checklist has none.
    return key in known and (above not in _FREE_NAMES or key in ("steps", "ticket", "tests"))


def _takes_moves(step: Node) -> bool:
    """Check whether a step ends with an empty `do`."""
    last = next(reversed(step.keys), "") if isinstance(step.value, dict) else ""
    moves = step.get(last)
    return last == "do" and moves is not None and moves.value is None


def _take_moves(step: Node, nodes: list[Node], at: int) -> MovedKeys:
    """Move instructions that stand among the steps below the `do:` before them."""
    moves = list(takewhile(lambda node: set(node.keys) <= {*LANGUAGES, OTHERWISE}, nodes[at:]))
    below = step.get("do")
    if below is not None:
        below.value = moves
    del nodes[at : at + len(moves)]
    words = phrase("nesting", key="do", line=step.keys["do"].line)
    return MovedKeys(moves[0].place, frozenset(moves[0].keys), words)


def join_steps(nodes: list[Node]) -> Iterator[MovedKeys]:
    """Merge a "step" that only continues the one above it, by a dash too many, into that one."""
    at = 1
    while at < len(nodes):
        before, node = nodes[at - 1], nodes[at]
        word = next((word for word in STEP_MODELS if word in before.keys), None)
        known = set(keys_at(STEP_MODELS[word], ())) - set(before.keys) if word else set()
        if _takes_moves(before) and node.keys and set(node.keys) <= {*LANGUAGES, OTHERWISE}:
            yield _take_moves(before, nodes, at)
        elif not isinstance(before.value, dict) or not isinstance(node.value, dict):
            at += 1
        elif node.keys and known.issuperset(node.keys) and not set(node.keys) & set(STEP_MODELS):
            first = next(iter(node.keys))
            values: dict[str, Any] = before.value
            values.update(node.value)
            before.keys |= node.keys
            del nodes[at]
            yield MovedKeys(
                node.keys[first],
                frozenset(node.keys),
                phrase("extra-dash", key=first),
                is_dash=True,
            )
        else:
            at += 1


def steps_of(root: Node) -> Node | None:
    """Return the steps, also under a misspelt key, which is reported itself."""
    if (steps := root.get("steps")) is not None:
        return steps
    nodes = (root.get(key) for key in root.keys if near_word(key, ["steps"]))
    return next((node for node in nodes if node is not None and node.listed()), None)


def step_of_keys(node: Node) -> str | None:
    """
    Guess the kind of a step without its first line from its keys.

    Return None if it isn't clear, or if the step's first key isn't one of that kind.
    """
    first = next(iter(node.keys), "")
    words = [word for word, only in _ONLY_OF.items() if set(only) & set(node.keys)]
    words += ["ask"] if {"kind", "text"} <= node.keys.keys() else []
    if not words or (first != "kind" and first not in keys_at(STEP_MODELS[words[0]], ())):
        return None
    return words[0]
