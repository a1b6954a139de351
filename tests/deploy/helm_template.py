"""
As much of Helm's templates as our chart uses, for machines without Helm.

Actions: define, include, if, else, range with two variables, end; functions: quote, nindent,
printf with one %s, eq. Whatever else a template holds raises, so the chart can't leave this subset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

_ACTION: Final = re.compile(r"(\s*)\{\{(-?)\s*(.*?)\s*(-?)\}\}(\s*)", re.DOTALL)
_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')

Node = tuple[str, str, list[Any], list[Any]]  # kind, argument, body, body of else


class Chart:
    """A chart's folder, rendered with values over its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._defined = folder, dict[str, list[Any]]()
        for path in sorted((folder / "templates").glob("*.tpl")):
            self._parse(path.read_text(encoding="utf-8"))

    def documents(self, release: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Every document of every template."""
        own = yaml.safe_load((self._folder / "values.yaml").read_text(encoding="utf-8"))
        scope = {"Values": {**own, **values}, "Release": {"Name": release}}
        rendered = []
        for path in sorted((self._folder / "templates").glob("*.yaml")):
            text = self._render(self._parse(path.read_text(encoding="utf-8")), scope, {})
            rendered += [document for document in yaml.safe_load_all(text) if document]
        return rendered

    def _parse(self, text: str) -> list[Any]:
        root: list[Any] = []
        stack: list[tuple[list[Any], Node | None]] = [(root, None)]
        position = 0
        for match in _ACTION.finditer(text):
            before, trim, action, trim_after, after = match.groups()
            stack[-1][0].append(text[position : match.start()] + ("" if trim else before))
            # What follows is left for the next piece, unless it is trimmed.
            position = match.end() if trim_after else match.end() - len(after)
            kind, _, argument = action.partition(" ")
            if kind in ("if", "range", "define"):
                node: Node = (kind, argument, [], [])
                stack[-1][0].append(node)
                stack.append((node[2], node))
            elif kind == "else":
                opened = stack.pop()[1]
                assert opened is not None
                stack.append((opened[3], opened))
            elif kind == "end":
                ended = stack.pop()[1]
                assert ended is not None
                if ended[0] == "define":
                    self._defined[json.loads(ended[1])] = ended[2]
                    stack[-1][0].remove(ended)
            else:
                stack[-1][0].append(("value", action, [], []))
        stack[-1][0].append(text[position:])
        assert len(stack) == 1, "an action is not ended"
        return root

    def _render(self, nodes: list[Any], scope: Any, variables: dict[str, Any]) -> str:
        parts = []
        for node in nodes:
            if isinstance(node, str):
                parts.append(node)
                continue
            kind, argument, body, otherwise = node
            if kind == "value":
                parts.append(str(self._value(argument, scope, variables)))
            elif kind == "if":
                chosen = body if self._value(argument, scope, variables) else otherwise
                parts.append(self._render(chosen, scope, variables))
            else:
                names, _, source = argument.partition(" := ")
                key, value = names.split(", ")
                items = self._value(source, scope, variables)
                for name in sorted(items):
                    more = {**variables, key: name, value: items[name]}
                    parts.append(self._render(body, scope, more))
        return "".join(parts)

    def _value(self, expression: str, scope: Any, variables: dict[str, Any]) -> Any:
        first, *pipes = expression.split(" | ")
        value = self._call(_WORD.findall(first), scope, variables)
        for pipe in pipes:
            value = self._call([*pipe.split(), json.dumps(value)], scope, variables)
        return value

    def _call(self, words: list[str], scope: Any, variables: dict[str, Any]) -> Any:
        name, *arguments = words
        values = [self._term(word, scope, variables) for word in arguments]
        if name == "include":
            return self._render(self._defined[values[0]], scope, {})
        if name == "quote":
            return json.dumps(str(values[0]), ensure_ascii=False)
        if name == "printf":
            return values[0].replace("%s", str(values[1]))
        if name == "eq":
            return values[0] == values[1]
        if name == "nindent":
            return "\n" + "\n".join(" " * values[0] + line for line in values[1].split("\n"))
        assert not arguments, f"{name} is none of what the chart may use"
        return self._term(name, scope, variables)

    @staticmethod
    def _term(word: str, scope: Any, variables: dict[str, Any]) -> Any:
        if word.startswith("$"):
            return variables[word]
        if word == ".":
            return scope
        if word.startswith("."):
            value = scope
            for part in word[1:].split("."):
                value = value[part]
            return value
        return json.loads(word)
