"""Caches parsed sections, which many checklists of a folder share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from intake.authoring.syntax.yaml_nodes import Node
from intake.authoring.syntax.yaml_reader import ParsedYaml, parse_yaml


def parse_shared(text: str, *, file: str) -> ParsedYaml:
    """Return the result of `parse_yaml` from a cache, as a copy that the caller may change."""
    parsed = _kept(text, file)
    return ParsedYaml(
        _copied(parsed.root) if parsed.root is not None else None,
        list(parsed.problems),
        set(parsed.repaired_lines),
        set(parsed.unknown_lines),
        parsed.is_cut,
    )


@lru_cache(maxsize=32)
def _kept(text: str, file: str) -> ParsedYaml:
    return parse_yaml(text, file=file)


def _copied(node: Node) -> Node:
    value: Any = node.value
    if isinstance(value, dict):
        value = {key: _copied(inner) for key, inner in value.items()}
    elif isinstance(value, list):
        value = [_copied(inner) for inner in value]
    return Node(node.place, value, dict(node.keys), node.remark)
