"""The registry of messages: whole, in both languages, and nothing said beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import intake
from intake.authoring.messages import Listed, hint, phrase, registry, topics
from intake.authoring.problems import Place, Problem

ROOM = Path(intake.__file__).parent
BAD = Path(__file__).parent.parent / "bad_checklists"


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _said() -> Iterator[tuple[str, set[str], str]]:
    """Every `phrase("code", …)` in the product: its code, its parameters, where it stands."""
    for file in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "phrase":
                given = {each.arg or "**" for each in node.keywords}
                for code in _codes(node.args[0], file):
                    yield code, given, f"{file.name}:{node.lineno}"


def _codes(argument: ast.expr, file: Path) -> list[str]:
    """A code is written out, so that a reader finds where it is said."""
    chosen = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    codes = [each.value for each in chosen if isinstance(each, ast.Constant)]
    assert len(codes) == len(chosen), f"{file.name}:{argument.lineno}: a code that is computed"
    return [str(code) for code in codes]


SAID = list(_said())


def test_every_code_that_is_said_stands_in_the_registry_and_every_one_there_is_said() -> None:
    named = {"comma", "and", "or"}  # the joints of `Listed`
    assert {code for code, _, _ in SAID} | named == set(registry())


@pytest.mark.parametrize(
    ("code", "given", "where"),
    SAID,
    ids=lambda each: str(sorted(each) if isinstance(each, set) else each)[:40],
)
def test_a_message_is_given_what_it_says(code: str, given: set[str], where: str) -> None:
    assert given == _names(registry()[code].words["en"]), where


@pytest.mark.parametrize("code", registry())
def test_both_languages_say_the_same_things(code: str) -> None:
    words = registry()[code].words
    assert set(words) == {"en", "ru"}
    assert _names(words["en"]) == _names(words["ru"])


@pytest.mark.parametrize("code", [code for each in topics().values() for code in each.codes])
def test_a_message_is_short_calm_and_says_what_to_do(code: str) -> None:
    for language, words in registry()[code].words.items():
        assert len(words) <= 190, language
        assert not words.endswith((".", "!"))
        assert not re.search(r"\b(?:invalid|illegal|oops|please|неверн|ошибоч)", words.lower())
    assert not re.search("[а-яё]", registry()[code].words["en"], re.IGNORECASE)


def test_every_message_has_a_bad_file() -> None:
    shown = {
        line.split(": ")[1].split()[-1]
        for file in BAD.rglob("*.txt")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line[:1] not in ("", " ")
    }
    messages = {code for topic in topics().values() for code in topic.codes}
    elsewhere = {  # of folders, of what can't be read, of too much: in test_loader
        "checklist-twice",
        "fallback-twice",
        "words-of-another",
        "title-twice",
        "no-file",
        "test-fails",  # in test_lint_command
        "picture-large",  # in test_pictures
        "unreadable",
        "too-large",
        "too-many-values",
    }
    assert messages - shown == elsewhere


def test_parameters_are_put_into_words_with_the_reader_in_mind() -> None:
    at = phrase("step-key", step="more", key="show-if")
    words = phrase("no-step", at=at, name="scop", hint=hint("scop", ["scope"]))
    problem = Problem.at("x.yaml", Place(3, 5, 4), words)
    assert str(problem) == f"x.yaml:3:5: {problem.message}"
    assert problem.message.endswith("not an earlier step; did you mean 'scope'?")
    assert problem.message_in("ru") == (
        "шаг 'more': 'show-if' называет 'scop', а такого шага выше нет; "
        "возможно, имелось в виду 'scope'?"
    )
    assert problem.as_row("ru")["message"] == problem.message_in("ru")
    assert problem.link_in("en") == "docs/checklists.md#no-step"
    assert problem.link_in("ru") == "docs/checklists.ru.md#no-step"


def test_braces_in_an_authors_words_stay_as_they_are() -> None:
    assert "'{x}'" in phrase("no-choice", word="{x}", name="a", hint=phrase("none")).in_("en")


def test_things_in_a_row_are_joined_as_in_speech() -> None:
    assert Listed(("a", "b", "c"), "or").in_("ru") == "a, b или c"
    assert Listed(("a", "b"), "and").in_("en") == "a and b"
    assert Listed(("a",), "and").in_("en") == "a"
    assert hint("zzz", [str(n) for n in range(14)]).in_("en").endswith("11 and 2 more")
