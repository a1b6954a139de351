"""
YAML as a tree that knows its places, from the parser's events.

Built here rather than by the library's constructor: words such as `no`, `on` and `22:30` stay
words, only true, false and null are something else; and anchors, aliases, tags, merge keys and
doubled keys are each reported with their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from intake.journey.problems import Problem

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 20
MAX_NODES: Final = 50_000
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None, "~": None, "": None}
# What the library is known to raise, beside its own errors, on text that is no YAML.
_STUMBLES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; lines and columns count from 1."""

    line: int
    column: int
    length: int = 1


@dataclass(slots=True)
class Node:
    """A value and its place; `keys` are the places of a mapping's keys."""

    place: Place
    value: JsonValue | list[Node] | dict[str, Node] = None
    keys: dict[str, Place] = field(default_factory=dict)

    def plain(self) -> Any:  # noqa: ANN401  whatever the author wrote
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: _plain(node) for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [_plain(node) for node in self.value]
        return self.value

    def get(self, key: str) -> Node | None:
        """The node of a mapping's key."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return found if isinstance(found, Node) else None

    def listed(self) -> list[Node]:
        """The nodes of a list; none when it is no list."""
        if not isinstance(self.value, list):
            return []
        return [node for node in self.value if isinstance(node, Node)]

    def find(self, path: tuple[str | int, ...], *, on_key: bool = False) -> Place:
        """The nearest place on the way of a path; parts that lead nowhere are passed over."""
        node, place = self, self.place
        for part in path:
            if isinstance(node.value, dict) and (found := node.get(str(part))):
                place = node.keys[str(part)] if on_key else found.place
                node = found
            elif isinstance(part, int) and part < len(node.listed()):
                node = node.listed()[part]
                place = node.place
        return place


def _plain(node: Any) -> Any:  # noqa: ANN401  a node, or a scalar's own value
    return node.plain() if isinstance(node, Node) else node


class _Builder:
    """Puts events together into nodes, without recursion, and notes what isn't allowed."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._stack: list[Node] = []
        self._key: list[tuple[str, Place] | None] = []
        self._count = 0
        self._documents = 0

    def report(self, place: Place, code: str, message: str, suggestion: str | None = None) -> None:
        self.problems.append(
            Problem(
                self.file,
                place.line,
                place.column,
                "error",
                code,
                message,
                suggestion,
                place.length,
            )
        )

    def take(self, event: Event) -> bool:
        """Take one event; False when reading on makes no sense."""
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self.report(
                    _place(event),
                    "several-documents",
                    "a second document begins here ('---'); keep one checklist in a file",
                )
                return False
        elif isinstance(event, AliasEvent):
            self.report(
                _place(event),
                "alias",
                "'*' repeats another place, which a checklist doesn't do; write the words out, or "
                "quote a text that begins with '*'",
            )
            self._put(Node(_place(event)))
        elif isinstance(event, ScalarEvent):
            self._note_properties(event)
            self._put(_scalar(event))
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._note_properties(event)
            return self._begin(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._end()
        return True

    def _note_properties(self, event: Any) -> None:  # noqa: ANN401  three kinds of event
        if event.anchor:
            self.report(
                _place(event),
                "anchor",
                f"'&{event.anchor}' names a place for repeating, which a checklist doesn't do; "
                "leave it out, or quote a text that begins with '&'",
            )
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.report(
                _place(event),
                "tag",
                f"'{tag}' is a tag, which a checklist doesn't have; leave it out, or quote a "
                "text that begins with '!'",
            )

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> bool:
        node = Node(_place(event), {} if isinstance(event, MappingStartEvent) else [])
        if len(self._stack) >= MAX_DEPTH:
            self.report(
                node.place,
                "too-deep",
                f"this stands more than {MAX_DEPTH} levels deep; a checklist needs fewer",
            )
            return False
        self._stack.append(node)
        self._key.append(None)
        return True

    def _end(self) -> None:
        node = self._stack.pop()
        self._key.pop()
        self._put(node)

    def _put(self, node: Node) -> None:
        self._count += 1
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)  # type: ignore[arg-type]
        elif isinstance(parent.value, dict):
            key = self._key[-1]
            if key is None:
                self._key[-1] = self._as_key(node), node.place
                return
            self._key[-1] = None
            self._set(parent, *key, node)

    def _as_key(self, node: Node) -> str:
        if isinstance(node.value, dict | list):
            self.report(
                node.place,
                "key-shape",
                "a key is one word, and this is a list or a mapping; quote it if it is a text",
            )
            return ""
        for word, value in _WORDS.items():
            if node.value is value and not isinstance(node.value, str):
                return word
        return str(node.value)

    def _set(self, parent: Node, key: str, place: Place, node: Node) -> None:
        values: dict[str, Any] = parent.value  # type: ignore[assignment]
        if key == "<<":
            self.report(
                place,
                "merge-key",
                "'<<' merges mappings, which a checklist doesn't do; write the keys out",
            )
        elif key in values:
            first = parent.keys[key].line
            self.report(
                place,
                "duplicate-key",
                f"'{key}' stands twice here, first on line {first}; remove one of them",
            )
        else:
            values[key] = node
            parent.keys[key] = place

    @property
    def is_full(self) -> bool:
        return self._count > MAX_NODES


def _place(event: Any) -> Place:  # noqa: ANN401  the library's marks have no types
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if start.line == end.line else 1
    return Place(start.line + 1, start.column + 1, max(1, length))


def _scalar(event: ScalarEvent) -> Node:
    text = str(event.value)
    if event.style is None and text in _WORDS:
        return Node(_place(event), _WORDS[text])
    return Node(_place(event), text)


def read_yaml(text: str, *, file: str) -> tuple[Node | None, list[Problem]]:
    """The tree of a text and what is wrong with its YAML; no tree when it can't be read."""
    builder = _Builder(file)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        builder.report(
            Place(1, 1),
            "too-large",
            f"this file is larger than {MAX_BYTES // 1024} KB; split it into sections",
        )
        return None, builder.problems
    try:
        is_whole = _build(builder, text)
    except MarkedYAMLError as error:
        builder.problems.append(_syntax(error, text, file))
        is_whole = False
    except YAMLError as error:
        builder.problems.append(_unreadable(error, text, file))
        is_whole = False
    except _STUMBLES:
        builder.report(
            Place(1, 1),
            "not-yaml",
            "this can't be read as YAML at all; begin from a shipped checklist and change it",
        )
        is_whole = False
    return builder.root if is_whole else None, builder.problems


def _build(builder: _Builder, text: str) -> bool:
    """Put the tree together; False when reading on makes no sense."""
    for event in _events(text):
        if not builder.take(event):
            return False
        if builder.is_full:
            message = f"more than {MAX_NODES} values; split the file"
            builder.report(_place(event), "too-large", message)
            return False
    return True


def _events(text: str) -> Iterator[Event]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _syntax(error: MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    source = lines[line - 1] if line <= len(lines) else ""
    what = str(error.problem or "")
    message, suggestion = f"the YAML breaks here: {what}", None
    if "mapping values are not allowed" in what:
        message = "a colon inside this text ends it; put the whole text in quotes"
        suggestion = _in_quotes(source)
    elif "\\t" in what or "\t" in source[:column]:
        message = "a tab stands here; indent with spaces, two for each level"
    elif "could not find expected ':'" in what:
        message = "a key without a colon; write 'key: value', or put a text of two lines in quotes"
    elif "expected <block end>" in what:
        message = (
            "this line doesn't fit the lines above it; begin it in the same column as its "
            "neighbours, and quote a text that begins or goes on after a quotation mark"
        )
    elif "found undefined escape" in what or "unknown escape" in what:
        message = "a backslash in double quotes means something else; use single quotes"
    elif "end of stream" in what or "stream end" in what:
        message = "the file ends in the middle of a text or a bracket; close it"
    return Problem(file, line, column, "error", "yaml", message, suggestion)


def _in_quotes(source: str) -> str | None:
    """The line with its text in quotes."""
    key, colon, words = source.partition(": ")
    if not colon or not words.strip():
        return None
    quoted = words.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'{key}: "{quoted}"'


def _unreadable(error: YAMLError, text: str, file: str) -> Problem:
    """A character that YAML doesn't allow at all."""
    position = getattr(error, "position", 0)
    position = position if isinstance(position, int) else 0
    before = text[:position]
    line = before.count("\n") + 1
    column = position - (before.rfind("\n") + 1) + 1
    return Problem(
        file,
        line,
        column,
        "error",
        "character",
        "an invisible character stands here that YAML doesn't allow; delete it and type again",
    )
