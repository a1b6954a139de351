"""
Builds a tree with places from a YAML parser's events.

Not by the library's constructor: words such as `no`, `on` and `22:30` stay strings, only true,
false and null are converted; anchors, aliases, tags, merge keys and duplicate keys are each
reported with their place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import JsonValue

from intake.authoring.messages import Phrase, phrase
from intake.authoring.problems import Place, Problem
from intake.authoring.syntax import yaml_events
from intake.authoring.syntax.doubled_keys import begins_row, merge_values
from intake.authoring.syntax.yaml_events import YamlEvent, place_of
from intake.authoring.syntax.yaml_mistakes import words_of_double, words_of_tag
from intake.authoring.syntax.yaml_repair import odd_quotes
from intake.authoring.syntax.yaml_repair.guesses import Suspicion
from intake.authoring.syntax.yaml_repair.line_edits import (
    KEY_LINE,
    MAX_LINE,
    TEXT_KEYS,
    apply,
    repair_text,
)
from intake.journey.steps import STEP_MODELS

MAX_DEPTH: Final = 20
MAX_NODES: Final = 50_000
_MAX_PROBLEMS: Final = 200  # of one reading; the rest are reported once some are corrected
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None, "~": None, "": None}
_REPEATS = frozenset({"anchor", "alias"})
_UNLIKE_A_KEY = frozenset(" :") | odd_quotes.CURLY_ENDS


@dataclass(slots=True)
class Node:
    """
    A value and its place; `keys` are the places of a mapping's keys.

    `remark` is the place of a comment right after a text, which may be meant as a part of it, and
    the line as it would be then.
    """

    place: Place
    value: JsonValue | list[Node] | dict[str, Node] = None
    keys: dict[str, Place] = field(default_factory=dict)
    remark: tuple[Place, str] | None = None

    def plain(self) -> Any:  # noqa: ANN401  whatever the author wrote
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: _plain(node) for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [_plain(node) for node in self.value]
        return self.value

    def get(self, key: str) -> Node | None:
        """Return the node of a mapping's key, or None."""
        inner = self.value.get(key) if isinstance(self.value, dict) else None
        return inner if isinstance(inner, Node) else None

    def listed(self) -> list[Node]:
        """Return the nodes of a list; empty if the value isn't a list."""
        if not isinstance(self.value, list):
            return []
        return [node for node in self.value if isinstance(node, Node)]

    def find(self, path: tuple[str | int, ...], *, on_key: bool = False) -> Place:
        """Return the place of the longest existing part of a path."""
        node, place = self, self.place
        for part in path:
            inner = node.below(part)
            if inner is not None:
                place = node.keys[str(part)] if on_key and node.keys else inner.place
                node = inner
        return place

    def below(self, part: str | int) -> Node | None:
        """Return the node of a key or an index, or None."""
        if isinstance(self.value, dict):
            return self.get(str(part))
        nodes = self.listed()
        return nodes[part] if isinstance(part, int) and part < len(nodes) else None


def _plain(node: Any) -> Any:  # noqa: ANN401  a node, or a scalar's own value
    return node.plain() if isinstance(node, Node) else node


class Builder:
    """
    Builds nodes from events, without recursion, and reports what isn't allowed.

    `suspects` are lines, counted from 0, that are valid YAML but can't be meant so;
    `unknown_lines`, counted from 1, have anchors, aliases or tags, so their values are unknown.
    """

    def __init__(self, file: str, lines: list[str]) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.suspects: dict[int, Suspicion] = {}
        self.unknown_lines: set[int] = set()
        self.root: Node | None = None
        self.is_whole = True
        self._lines = lines
        self._stack: list[Node] = []
        # For each open node: the key whose value comes next, or None before a key.
        self._key: list[tuple[str | None, Place] | None] = []
        self._count = 0
        self._documents = 0

    def report(self, place: Place, words: Phrase, suggestion: str | None = None) -> None:
        """Add a problem at a place."""
        self.problems.append(Problem.at(self.file, place, words, suggestion))

    def take(self, event: YamlEvent) -> bool:
        """Process an event; return False if reading should stop."""
        name = type(event).__name__
        if name == yaml_events.SCALAR:
            self._note_properties(event)
            self._put(self._scalar(event))
        elif name in (yaml_events.MAPPING, yaml_events.LIST):
            self._note_properties(event)
            return self._begin(event)
        elif name in yaml_events.ENDS:
            self._end()
        elif name == yaml_events.ALIAS:
            if not self._suspect_text(event):
                self._report_repeat(event, phrase("alias"))
            self._put(Node(place_of(event)))
        elif name == yaml_events.DOCUMENT:
            self._documents += 1
            if self._documents > 1:
                self.report(place_of(event), phrase("several-documents"))
                return False
        if self._count > MAX_NODES:
            self.report(place_of(event), phrase("too-many-values", limit=MAX_NODES))
            return False
        return len(self.problems) < _MAX_PROBLEMS

    # What isn't allowed, or isn't meant

    def _note_properties(self, event: YamlEvent) -> None:
        if (not event.anchor and event.tag is None) or self._suspect_text(event):
            return
        if event.anchor:
            self._report_repeat(event, phrase("anchor", name=str(event.anchor)))
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            key = str(self._key[-1][0]) if self._key and self._key[-1] else ""
            self.unknown_lines.add(event.start_mark.line + 1)
            self.report(
                place_of(event),
                words_of_tag(tag, key, str(getattr(event, "value", ""))),
            )

    def _report_repeat(self, event: YamlEvent, words: Phrase) -> None:
        """Report the first anchor or alias only: the others belong to the same mistake."""
        place = place_of(event)
        self.unknown_lines.add(place.line)
        key = self._key[-1] if self._key else None
        is_merged = key is not None and key[0] == "<<"  # merge keys are reported themselves
        if not is_merged and not any(problem.code in _REPEATS for problem in self.problems):
            self.report(place, words)

    def _suspect_text(self, event: YamlEvent) -> bool:
        """Check whether `&`, `*` or `!` begins a text rather than an anchor, alias or tag."""
        if type(event).__name__ not in (yaml_events.SCALAR, yaml_events.ALIAS):
            return False
        key = self._key[-1] if self._key else None
        line = event.start_mark.line
        # An anchor is a single word; more words after it show that a text was meant.
        is_text = key is not None and key[0] in TEXT_KEYS and key[1].line == line + 1
        if is_text and " " in self._lines[line][event.start_mark.column :].strip():
            self.suspects[line] = "text"
            return True
        return False

    def _note_style(self, event: YamlEvent) -> None:
        """Suspect curly quotes, texts that include the lines below, and odd keys."""
        text, line = str(event.value), event.start_mark.line
        if event.style:
            below = self._lines[line + 1 : event.end_mark.line + 1]
            if below and event.style in ("'", '"') and any(map(KEY_LINE.match, below)):
                self.suspects[line] = "text"  # a quoted text that includes the lines below
            return
        if text and (odd_quotes.is_in_other_quotes(text) or odd_quotes.ends_in_a_stray_quote(text)):
            self.suspects[line] = "text"
        if text and self._is_at_key():
            self._note_key(event, text, line)

    def _note_key(self, event: YamlEvent, text: str, line: int) -> None:
        """Suspect a key that isn't a single word or has no value."""
        keys = self._stack[-1].keys
        is_pair = self._lines[line][event.end_mark.column :].lstrip().startswith(":")
        is_word = not set(text) & _UNLIKE_A_KEY
        if is_pair and not is_word and self._is_in_text():
            self.suspects[line] = "goes-on" if keys else "text"
        if not is_pair and (not is_word or keys):
            self.suspects[line] = "text"

    def _is_at_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and not self._key[-1]

    def _is_in_text(self) -> bool:
        """Check whether the current mapping is the value of a text's key."""
        keys = [key[0] for key in self._key[-3:-1] if key is not None]
        return bool(keys) and (keys[-1] in TEXT_KEYS or keys[-1] == "do")

    # Putting together

    def _scalar(self, event: YamlEvent) -> Node:
        self._note_style(event)
        text = str(event.value)
        if not event.style and text in _WORDS:
            return Node(place_of(event), _WORDS[text])
        return Node(place_of(event), text, remark=self._remark(event))

    def _remark(self, event: YamlEvent) -> tuple[Place, str] | None:
        end, line = event.end_mark, self._lines[event.end_mark.line]
        is_bare = not event.style and len(line) <= MAX_LINE
        if not is_bare or not line.startswith(" #", end.column):
            return None
        edit = repair_text(line)
        place = Place(end.line + 1, end.column + 2, len(line[end.column + 1 :].rstrip()))
        return (place, apply(line, [edit])) if edit is not None else None

    def _begin(self, event: YamlEvent) -> bool:
        node = Node(place_of(event), {} if type(event).__name__ == yaml_events.MAPPING else [])
        if len(self._stack) >= MAX_DEPTH:
            self.report(node.place, phrase("too-deep", limit=MAX_DEPTH))
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
            if key[0] is not None:
                self._set(parent, key[0], key[1], node)

    def _as_key(self, node: Node) -> str | None:
        """Return a key as a string; report a list or mapping as a key, and return None."""
        if isinstance(node.value, str):
            return node.value
        if isinstance(node.value, dict | list):
            self.report(node.place, phrase("key-shape"))
            return None
        # As keys, `true` and `null` are ordinary words.
        return next(word for word, value in _WORDS.items() if node.value is value)

    def _set(self, parent: Node, key: str, place: Place, node: Node) -> None:
        values: dict[str, Any] = parent.value  # type: ignore[assignment]
        if node.place.length == 0:
            node.place = place  # an empty value has no text to underline: use the key's place
        if key == "<<":
            self.report(place, phrase("merge-key"))
        elif key in values:
            self._note_second_step(parent, key, place)
            outer = None if len(self._stack) == 1 else {above[0] for above in self._key if above}
            both, first = (values[key].plain(), node.plain()), parent.keys[key].line
            self.report(place, words_of_double(key, first, both, outer))
            merge_values(values[key], node)
        else:
            values[key] = node
            parent.keys[key] = place

    def _note_second_step(self, parent: Node, key: str, place: Place) -> None:
        """Suspect a missing dash: a key is duplicate because a second step or row begins."""
        words = [word for word in parent.keys if word in STEP_MODELS]
        if begins_row(key, [outer[0] for outer in self._key if outer], parent.keys):
            self.suspects[place.line - 1] = "row-dash"
        elif key in STEP_MODELS:
            self.suspects[place.line - 1] = "dash"
        elif len(words) > 1:
            self.suspects[parent.keys[words[1]].line - 1] = "dash"
