"""Replaces the names of conditions by the conditions themselves when a checklist is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import JsonValue

from intake.authoring.syntax.parsed_file import Entry, ParsedFile
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.conditions import NAMED
from intake.journey.model import Row
from intake.journey.steps import Ask, Step

_MAX_PARTS: Final = 400  # of one condition with all that its names stand for
_MAX_NESTING: Final = 5  # names within names
JOINTS: Final = ("all", "any", "not")


def with_conditions_expanded(parsed: ParsedFile) -> ParsedFile:
    """
    Return a checklist with the names of conditions replaced by the conditions.

    If the head has mistakes, its conditions are used as written: without them, a row that compares
    a fact by a condition's name would seem to compare nothing.
    """
    head = parsed.head
    named = written_conditions(parsed.root) if head is None else head.conditions
    if not named:
        return parsed
    entries = tuple(_entry(entry, named) for entry in parsed.entries)
    if head is None:
        return replace(parsed, entries=entries)
    rules = head.ticket
    tables = {name: _rows(getattr(rules, name), named) for name in ("priority", "queue")}
    head = head.model_copy(update={"ticket": rules.model_copy(update=tables)})
    return replace(parsed, head=head, entries=entries)


def written_conditions(root: Node) -> dict[str, JsonValue]:
    """Return the named conditions as written, also from a list, which is reported elsewhere."""
    written = root.get("conditions")
    conditions = written.plain() if written is not None else {}
    parts = conditions if isinstance(conditions, list) else [conditions]
    return {name: raw for part in parts if isinstance(part, dict) for name, raw in part.items()}


def expanded(raw: JsonValue, named: Mapping[str, JsonValue]) -> JsonValue:
    """
    Return a condition with its names replaced by the conditions, each under a key `=name`.

    Unknown names and cyclic ones are kept; if the result would be too large, all names are. The
    lint reports each of these.
    """
    expansion = _Expansion(named)
    result = expansion.of(raw)
    return raw if expansion.is_too_much else result


def names_used(raw: JsonValue) -> Iterator[str]:
    """Yield the words in a condition that are used as names of conditions."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, list):
        for part in raw:
            yield from names_used(part)
    elif isinstance(raw, dict):
        for joint in JOINTS:
            yield from names_used(raw.get(joint))


def cycle_of(name: str, named: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the cycle of names that begins and ends with this condition, or ()."""
    path: dict[str, str] = {name: ""}  # each reachable name, with the name that refers to it
    waiting = [name]
    while waiting:
        here = waiting.pop()
        for used in names_used(named[here]):
            if used == name:
                back = [name, here]
                while back[-1] != name:
                    back.append(path[back[-1]])
                return tuple(reversed(back))
            if used in named and used not in path:
                path[used] = here
                waiting.append(used)
    return ()


def _entry(entry: Entry, named: Mapping[str, JsonValue]) -> Entry:
    step = entry.step
    if step is None:
        return entry
    changes: dict[str, Any] = {}
    if step.show_if is not None:
        changes["show_if"] = expanded(step.show_if, named)
    if isinstance(step, Ask) and isinstance(step.answer_from, tuple):
        changes["answer_from"] = _rows(step.answer_from, named)
    changed: Step = step.model_copy(update=changes)
    return replace(entry, step=changed)


def _rows(rows: tuple[Row, ...], named: Mapping[str, JsonValue]) -> tuple[Row, ...]:
    return tuple(
        row if row.when is None else row.model_copy(update={"when": expanded(row.when, named)})
        for row in rows
    )


class _Expansion:
    def __init__(self, named: Mapping[str, JsonValue]) -> None:
        self._named = named
        self._left = _MAX_PARTS
        self.is_too_much = False
        self._open: list[str] = []

    def of(self, raw: JsonValue) -> JsonValue:
        if isinstance(raw, str):
            return self._name(raw)
        self._left -= 1
        if isinstance(raw, list):
            return [self.of(part) for part in raw]
        if isinstance(raw, dict):
            parts: dict[str, JsonValue] = {}
            for key, value in raw.items():
                parts.update(self._part(key, value))
            return parts
        return raw

    def _part(self, key: str, value: JsonValue) -> dict[str, JsonValue]:
        if not key.startswith(NAMED):
            return {key: self.of(value) if key in JOINTS else value}
        # Expanded before; a value that an author wrote under such a key is ignored.
        again = self._name(key.removeprefix(NAMED))
        return again if isinstance(again, dict) else {key.lstrip(NAMED): value}

    def _name(self, word: str) -> JsonValue:
        if word not in self._named or word in self._open:
            return word
        if len(self._open) >= _MAX_NESTING or self._left <= 0:
            self.is_too_much = True
            return word
        self._open.append(word)
        inner = self.of(self._named[word])
        self._open.pop()
        return {f"{NAMED}{word}": inner}
