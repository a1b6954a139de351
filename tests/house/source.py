"""The product's source files, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("diagnostics", "intake")
_GENERATED = ("intake/migrations/versions/",)  # these follow Alembic's template


@dataclass(frozen=True)
class SourceFile:
    """One file of the product: its path from the repository's root, and its text."""

    path: str
    text: str

    @property
    def module(self) -> str:
        """The dotted name that it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def line_count(self) -> int:
        """The number of lines."""
        return self.text.count("\n")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)


def source_files() -> list[SourceFile]:
    """Read every Python file that is shipped, sorted by path."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    files = (
        SourceFile(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
    )
    return [file for file in files if not file.path.startswith(_GENERATED)]


def classes_of(file: SourceFile) -> Iterator[ast.ClassDef]:
    """Yield the top-level classes of a file."""
    return (node for node in file.tree.body if isinstance(node, ast.ClassDef))
