"""Lines that belong to the key or the step above them, and stand beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, RootModel

from intake.authoring.messages import Phrase, phrase
from intake.authoring.problems import Place
from intake.authoring.syntax.model_errors import keys_at, model_in
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.steps import STEP_MODELS


class Moved(NamedTuple):
    """Lines that were read as they were meant: where they begin, their keys, what is said."""

    place: Place
    keys: frozenset[str]
    words: Phrase


def take_in(node: Node, model: type[BaseModel]) -> Iterator[Moved]:
    """
    Put keys that aren't a model's below the empty key before them.

    `choices:` with its choices in the same column is read as if they were indented.
    """
    known, inner_models = _parts_of(model)
    yield from _beside(node, known)
    for key, inner in inner_models:
        below = node.get(key)
        for part in (below.listed() or [below]) if below is not None else ():
            yield from take_in(part, inner)


@cache
def _parts_of(
    model: type[BaseModel],
) -> tuple[frozenset[str], tuple[tuple[str, type[BaseModel]], ...]]:
    """The keys of a model, and those below which another model stands."""
    fields = model.model_fields.values()
    below = ((info.alias or "", model_in(info.annotation)) for info in fields)
    inner_models = tuple(
        (key, inner) for key, inner in below if inner and not issubclass(inner, RootModel)
    )
    return frozenset(keys_at(model, ())), inner_models


def _beside(node: Node, known: frozenset[str]) -> Iterator[Moved]:
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
            below: dict[str, Any] = {other: node.value.pop(other) for other in strangers}
            above.value = below
            above.keys = {other: node.keys.pop(other) for other in strangers}
            yield Moved(place, frozenset(strangers), phrase("nesting", key=key, line=line))


def join_steps(nodes: list[Node]) -> Iterator[Moved]:
    """Put a "step" that only goes on with the one above it into that one: its dash is too much."""
    at = 1
    while at < len(nodes):
        before, node = nodes[at - 1], nodes[at]
        word = next((word for word in STEP_MODELS if word in before.keys), None)
        known = set(keys_at(STEP_MODELS[word], ())) - set(before.keys) if word else set()
        if not isinstance(before.value, dict) or not isinstance(node.value, dict):
            at += 1
        elif node.keys and known.issuperset(node.keys) and not set(node.keys) & set(STEP_MODELS):
            first = next(iter(node.keys))
            values: dict[str, Any] = before.value
            values.update(node.value)
            before.keys |= node.keys
            del nodes[at]
            yield Moved(node.keys[first], frozenset(node.keys), phrase("extra-dash", key=first))
        else:
            at += 1
