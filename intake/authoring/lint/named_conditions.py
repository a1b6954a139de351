"""Checks named conditions: each one, their use, and cycles between them."""

from __future__ import annotations

from collections.abc import Iterator

from intake.authoring.lint.conditions import mistakes_of_condition
from intake.authoring.lint.names import Names
from intake.authoring.messages import phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.authoring.syntax.named_conditions import cycle_of, names_used
from intake.authoring.syntax.parsed_file import ParsedFile
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import KeyPath


def mistakes_of_named(parsed: ParsedFile, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes under `conditions`, where every step may be named; one for a cycle."""
    in_circles: set[str] = set()
    written = set(_used(parsed))
    # A misspelt use is reported itself, so its condition counts as used.
    misspelt = {word for word in written if word.partition(".")[0] not in names.all_names}
    used = written | {near_word(word, names.conditions) for word in misspelt}
    for name, raw in names.conditions.items():
        path: KeyPath = ("conditions", name)
        circle = cycle_of(name, names.conditions)
        if circle and name not in in_circles:
            in_circles.update(circle)
            yield Mistake(path, phrase("condition-circle", name=name, path=" → ".join(circle)))
        if not circle:
            at = phrase("condition-key", name=name)
            mistakes = mistakes_of_condition(raw, path, names, at)
            # A condition that grows too large is reported where it is used.
            yield from (mistake for mistake in mistakes if mistake.code != "condition-large")
        if name in names.all_names:
            yield Mistake(path, phrase("condition-like-step", name=name), on_key=True)
        if name not in used:
            yield Mistake(path, phrase("condition-unused", name=name), on_key=True)


def _used(parsed: ParsedFile) -> Iterator[str]:
    """Yield the names used as conditions anywhere, also in steps that have mistakes."""
    for entry in parsed.entries:
        yield from _in_node(entry.node.get("show-if"))
        yield from _in_rows(entry.node.get("answer-from"))
    for named in _nodes(parsed.root.get("conditions")):
        yield from _in_node(named)
    ticket = parsed.root.get("ticket")
    for table in ("priority", "queue"):
        yield from _in_rows(ticket.get(table) if ticket is not None else None)


def _nodes(mapping: Node | None) -> Iterator[Node | None]:
    return (mapping.get(key) for key in mapping.keys) if mapping is not None else iter(())


def _in_rows(rows: Node | None) -> Iterator[str]:
    for row in rows.listed() if rows is not None else ():
        yield from _in_node(row.get("when"))


def _in_node(node: Node | None) -> Iterator[str]:
    """Yield the words used as a condition, and those before a colon, which may be a mistake."""
    if node is None:
        return
    yield from names_used(node.plain())
    yield from node.keys
