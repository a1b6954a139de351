"""Measures structure: depth of inheritance, import cycles, sizes of files and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import grimp

from tests.house.source import PACKAGES, SourceFile, classes_of

# Files over 300 lines, each with the reason why it isn't split.
LONG_FILES: Mapping[str, str] = {
    "intake/journey/journey.py": "one class, the way through a checklist; a third of it says why",
}

LONG_FILE_LINES = 300
_MODELS = {"BaseModel", "BaseSettings", "StrEnum", "Enum", "Exception", "Protocol", "NamedTuple"}


def inheritance_chains(files: Iterable[SourceFile]) -> dict[str, list[str]]:
    """
    Return the longest inheritance chain of every class, itself first, within our own code.

    Pydantic models are excluded: their base classes share fields rather than behaviour.
    """
    bases = {
        f"{file.module}.{node.name}": _bases(file, node)
        for file in files
        for node in classes_of(file)
    }
    return {
        name: chain for name in bases if not _is_model(chain := _longest_chain(name, bases), bases)
    }


def _bases(file: SourceFile, node: ast.ClassDef) -> list[str]:
    """Return the full names of a class's bases, resolved by the file's imports."""
    names = {
        alias.asname or alias.name: f"{statement.module}.{alias.name}"
        for statement in ast.walk(file.tree)
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    names_of_bases = []
    for base in node.bases:
        text = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
        names_of_bases.append(names.get(text, f"{file.module}.{text}"))
    return names_of_bases


def _longest_chain(name: str, bases: Mapping[str, list[str]]) -> list[str]:
    chains = [_longest_chain(base, bases) for base in bases[name] if base in bases and base != name]
    return [name, *max(chains, key=len, default=[])]


def _is_model(chain: list[str], bases: Mapping[str, list[str]]) -> bool:
    roots = {base.rpartition(".")[2] for name in chain for base in bases[name]}
    return bool(roots & _MODELS)


def import_cycles() -> list[str]:
    """List the import cycles between modules, and between the children of each package."""
    graph = grimp.build_graph(*PACKAGES)
    edges = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    groups = [group for group in _strong_components(edges) if len(group) > 1]
    for package in sorted(_packages(graph.modules)):
        inside = _imports_between_children(package, edges)
        groups.extend(group for group in _strong_components(inside) if len(group) > 1)
    return sorted({" ↔ ".join(sorted(group)) for group in groups})


def _packages(modules: Iterable[str]) -> set[str]:
    return {module.rpartition(".")[0] for module in modules if "." in module}


def _imports_between_children(package: str, edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the imports between a package's children, each subpackage counted as one child."""
    prefix = f"{package}."
    inside: dict[str, set[str]] = {}
    for module, imported in edges.items():
        if not module.startswith(prefix):
            continue
        room = prefix + module.removeprefix(prefix).partition(".")[0]
        rooms = {
            prefix + name.removeprefix(prefix).partition(".")[0]
            for name in imported
            if name.startswith(prefix)
        }
        inside.setdefault(room, set()).update(rooms - {room})
    return inside


def _strong_components(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components of a graph (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for target in edges.get(node, ()):
            if target not in edges:
                continue
            if target not in order:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], order[target])
        if low[node] == order[node]:
            at = stack.index(node)
            groups.append(stack[at:])
            del stack[at:]

    for node in edges:
        if node not in order:
            visit(node)
    return groups


def long_files(files: Iterable[SourceFile]) -> list[str]:
    """List long files that LONG_FILES lacks, and its entries that aren't long any more."""
    sizes = {file.path: file.line_count for file in files}
    unexplained = [
        f"{path}: {size} lines"
        for path, size in sizes.items()
        if size > LONG_FILE_LINES and path not in LONG_FILES
    ]
    stale = [
        f"{path}: listed as long, and is not"
        for path in LONG_FILES
        if sizes.get(path, 0) <= LONG_FILE_LINES
    ]
    return unexplained + stale


def room_of(path: str) -> str:
    """Return the folder of a file."""
    return PurePosixPath(path).parent.as_posix()


def function_sizes(files: Iterable[SourceFile]) -> dict[str, int]:
    """Return the number of lines of every function, by "path:line name"."""
    return {
        f"{file.path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
