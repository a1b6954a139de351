"""Checks names: no vague words in public or local names, no class name used twice."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.house.source import SourceFile, classes_of

# Words that are riddles without a docstring: as a part of any name, as a whole name, and as the
# whole name of a file or class (a field may well be called `lines`).
DIALECT_PART = frozenset({"beside", "behind", "told", "said", "heard", "mend", "mended", "mending"})
DIALECT_NAME = frozenset(
    {
        *("one", "each", "look", "looks", "found", "seen", "given", "shown", "others", "thing"),
        *("told", "not_told"),
    }
)
DIALECT_HOME = frozenset(
    {
        *("sides", "telling", "trying", "reading", "places", "seconds", "substance", "sheet"),
        *("outline", "flight", "turnstile", "plain", "ages", "bottom", "live", "lost", "ended"),
        *("rehearsal", "pretended", "outcomes", "picture", "work", "adding", "beginning"),
        *("judging", "copies", "influence", "greetings", "dialling", "echo", "question", "lines"),
    }
)
# Keys of the checklist language, and therefore fields of its models.
CHECKLIST_KEYS = {"intake/journey/model.py": frozenset({"told", "not_told", "given"})}
# Loop and local names that don't say what they hold.
VAGUE_LOCALS = frozenset({"one", "each", "found", "said", "told", "given", "shown"})


class Name(NamedTuple):
    """A name, its line, and whether it belongs to a file or class."""

    text: str
    line: int
    is_home: bool

    @property
    def is_dialect(self) -> bool:
        """Whether the name, or a part of it, is on the lists of words to avoid."""
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.text).lower()
        avoided = DIALECT_PART | DIALECT_NAME | (DIALECT_HOME if self.is_home else frozenset())
        return spaced in avoided or bool(set(spaced.split("_")) & DIALECT_PART)


def _public_names(file: SourceFile) -> Iterator[Name]:
    """Yield a file's own name and every public name in it."""
    yield Name(file.module.rpartition(".")[2], 1, is_home=True)
    yield from _names_in(file.tree.body)


def _names_in(body: Iterable[ast.stmt]) -> Iterator[Name]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not node.name.startswith("_"):
                is_class = isinstance(node, ast.ClassDef)
                yield Name(node.name, node.lineno, is_home=is_class)
                if isinstance(node, ast.ClassDef):
                    yield from _names_in(node.body)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if not node.target.id.startswith("_"):
                yield Name(node.target.id, node.lineno, is_home=False)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and not target.id.startswith("_"):
                    yield Name(target.id, node.lineno, is_home=False)


def dialect_names(files: Iterable[SourceFile]) -> list[str]:
    """List the public names to avoid, and all names that contain a word of DIALECT_PART."""
    return [
        f"{file.path}:{name.line} {name.text}"
        for file in files
        for name in {*_public_names(file), *_inner_names(file)}
        if name.is_dialect and name.text not in CHECKLIST_KEYS.get(file.path, frozenset())
    ]


def _inner_names(file: SourceFile) -> Iterator[Name]:
    """Yield names of functions, parameters and variables that contain a word of DIALECT_PART."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            text = node.name
        elif isinstance(node, ast.arg):
            text = node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            text = node.id
        else:
            continue
        if set(text.lower().split("_")) & DIALECT_PART:
            yield Name(text, node.lineno, is_home=False)


def shared_class_names(files: Iterable[SourceFile]) -> list[str]:
    """List the names that several classes or type aliases share."""
    homes: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for node in classes_of(file):
            homes[node.name.lstrip("_")].append(file.path)
        for name in _type_names(file):
            homes[name.lstrip("_")].append(file.path)
    return [
        f"{name}: {', '.join(paths)}" for name, paths in sorted(homes.items()) if len(paths) > 1
    ]


def _type_names(file: SourceFile) -> Iterator[str]:
    """Yield the names of type aliases and type variables: CamelCase at the top of a file."""
    for node in file.tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and not isinstance(node.value, ast.Constant)
            and re.fullmatch(r"_?[A-Z][a-z]\w*", node.targets[0].id)
        ):
            yield node.targets[0].id


def vague_locals(files: Iterable[SourceFile]) -> list[str]:
    """List the parameters, local and loop variables whose names are in VAGUE_LOCALS."""
    return [
        f"{file.path}:{line} {name}"
        for file in files
        for name, line in _bound_names(file.tree)
        if name in VAGUE_LOCALS - CHECKLIST_KEYS.get(file.path, frozenset())
    ]


def _bound_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
