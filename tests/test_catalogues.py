"""Every catalogue of words in the repository says the same in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from diagnostics.texts import LANGUAGES, build_catalogue, load_catalogue

ROOT = Path(__file__).parents[1]
ROOMS = (ROOT / "diagnostics", ROOT / "intake")
CATALOGUES = [
    path
    for room in ROOMS
    for path in sorted(room.rglob("*.yaml"))
    if not path.name.startswith("new_")  # templates of checklists
    and path.parent.name != "shipped"  # and of replies
]
SOURCES = [path for room in ROOMS for path in sorted(room.rglob("*.py"))]
_LOOKED_FOR = {"site_signs.yaml", "page_words.yaml"}  # and not told
TEXTS = [path for path in CATALOGUES if path.name not in _LOOKED_FOR]
EMPTY = {"messages.yaml/phrases/none"}  # the end of a message with nothing to suggest
PLURALS = {"one", "few", "many", "other"}  # CLDR's categories


def texts_of(node: Any, at: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every mapping by language, with where it stands."""
    if isinstance(node, dict):
        if set(node) & set(LANGUAGES):
            yield at, {key: text for key, text in node.items() if key in LANGUAGES}
            return
        for key, child in node.items():
            yield from texts_of(child, f"{at}/{key}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from texts_of(child, f"{at}/{number}")


def lines_of(node: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text below a node; the plural forms of one are one text."""
    if isinstance(node, dict) and set(node) <= PLURALS:
        for line in node.values():
            yield at, line
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from lines_of(child, f"{at}/{key}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from lines_of(child, f"{at}/{number}")
    else:
        yield at, node


def gaps_of(text: str) -> frozenset[str]:
    """The names in braces; none where the braces are no format's."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
    except ValueError:
        return frozenset()


def assert_alike(at: str, by_language: Mapping[str, Any]) -> None:
    """The same places, the same gaps in each, and no text without words."""
    assert set(by_language) == set(LANGUAGES), at
    said = {}
    for language, node in by_language.items():
        lines = list(lines_of(node))
        assert all(isinstance(line, str) and line.strip() for _, line in lines) or at in EMPTY

        gaps: dict[str, set[str]] = {}
        for place, line in lines:
            gaps.setdefault(place, set()).update(gaps_of(line))
        said[language] = gaps
    assert said["en"].keys() == said["ru"].keys(), at
    assert said["en"] == said["ru"], at


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalogue_says_the_same_in_both_languages(path: Path) -> None:
    name, _, language = path.stem.partition(".")
    if language:
        by_language: dict[str, Any] = {
            language: load_catalogue(path.with_name(f"{name}.{language}.yaml"))
            for language in LANGUAGES
        }
        assert_alike(path.name, by_language)
    for at, node in texts_of(load_catalogue(path)):
        assert_alike(f"{path.name}{at}", node)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalogue_is_built_from_its_source(path: Path) -> None:
    """An old one is not wrong, for the source is read then; but slow."""
    built = path.parent / "built" / f"{path.stem}.json"
    assert built.read_text(encoding="utf-8") == build_catalogue(path), "run `make docs`"


def literals(tree: ast.AST) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the mappings by language that are written in Python, texts formatted there included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and any(
            isinstance(key, ast.Constant) and key.value in LANGUAGES for key in node.keys
        ):
            by_language = plain(node)
            if not all(len(str(text)) == len("ru") for text in by_language.values()):  # codes
                yield node.lineno, by_language


def plain(node: ast.AST | None) -> Any:
    """Return a literal as it is; what is computed counts as one word."""
    if isinstance(node, ast.Dict):
        return {plain(k): plain(v) for k, v in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return "…"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_words_in_python_say_the_same_in_both_languages(path: Path) -> None:
    for line, by_language in literals(ast.parse(path.read_text(encoding="utf-8"))):
        assert_alike(f"{path.name}:{line}", by_language)
