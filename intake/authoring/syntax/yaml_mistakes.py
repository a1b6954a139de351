"""Messages about YAML features that checklists don't have: tags, duplicate keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from intake.authoring.messages import Listed, Phrase, cut, phrase
from intake.authoring.problems import Problem

BEGIN_MISSING: Final = "step-begin-missing"
DOUBLES: Final = frozenset({"duplicate-key", BEGIN_MISSING})
_OF_STEPS: Final = frozenset(
    {"kind", "text", "short", "why", "help", "example", "choices", "show-if", "diagnose", "do"}
)
_APART: Final = 12  # lines between two keys of one step
_CONDITIONS: Final = frozenset({"show-if", "when", "conditions"})
_CONDITION_KEYS: Final = frozenset({"show-if", "when"})


def words_of_tag(tag: str, key: str, value: str) -> Phrase:
    """Return the message about a tag: `!= cart` after a key is a negation, `!include` a section."""
    if tag == "!=" and key and value:
        return phrase("tag-denied", left=key, value=value)
    return phrase("tag-include") if tag == "!include" else phrase("tag", name=tag)


def words_of_double(
    key: str,
    first: int,
    both: tuple[JsonValue, JsonValue],
    around: Collection[str | None] | None,
) -> Phrase:
    """
    Return the message about a duplicate key, first used on a line; in a condition both are meant.

    `around` are the keys above it, None for a key of the file itself.
    """
    if around is None and all(isinstance(value, list | dict) and value for value in both):
        return phrase("key-begun-twice", key=key, line=first)
    if key in _CONDITION_KEYS and (meant := _both_conditions(both)):
        return phrase("condition-key-twice", key=key, line=first, meant=cut(meant))
    values: list[JsonValue] = []
    for value in both:
        values += value if isinstance(value, list) else [value]
    is_condition = around is not None and not _CONDITIONS.isdisjoint(around)
    if is_condition and all(isinstance(value, str) for value in values):
        return phrase("compared-twice", key=key, listed=", ".join(map(str, values)))
    return phrase("duplicate-key", key=key, line=first)


def _both_conditions(both: tuple[JsonValue, JsonValue]) -> str:
    """Return one condition that combines two, or "" if it can't be written simply."""
    parts: dict[str, str] = {}
    for condition in both:
        for name, value in condition.items() if isinstance(condition, dict) else ():
            listed = value if isinstance(value, list) else [value]
            if name in parts or not all(isinstance(word, str) for word in listed):
                return ""
            words = ", ".join(map(str, listed))
            parts[name] = f"[{words}]" if isinstance(value, list) else words
    return f"{{{', '.join(f'{name}: {words}' for name, words in parts.items())}}}" if parts else ""


def joined_doubles(problems: Sequence[Problem]) -> list[Problem]:
    """
    Return the problems; successive duplicate keys of a step are one.

    The first line of a step is missing or a comment, so its keys are added to the step above.
    """
    results: list[Problem] = []
    run: list[Problem] = []
    for problem in (*problems, None):
        if problem is not None and _goes_on(run, problem):
            run.append(problem)
            continue
        results += [_begin_missing(run)] if len(run) > 1 else run
        run = []
        if problem is not None and _is_of_step(problem):
            run = [problem]
        elif problem is not None:
            results.append(problem)
    return results


def _goes_on(run: Sequence[Problem], problem: Problem) -> bool:
    if not run or problem.code != "duplicate-key":
        return False
    last = run[-1]
    return (
        problem.column == last.column
        and last.line < problem.line <= last.line + _APART
        and abs(_first(problem) - _first(run[0])) <= _APART
        and _first(problem) < run[0].line
    )


def _is_of_step(problem: Problem) -> bool:
    values = dict(problem.words.parameters)
    return problem.code == "duplicate-key" and values["key"] in _OF_STEPS


def _first(problem: Problem) -> int:
    return int(str(dict(problem.words.parameters)["line"]))


def _begin_missing(run: Sequence[Problem]) -> Problem:
    keys = Listed(tuple(f"{dict(problem.words.parameters)['key']}" for problem in run))
    line = min(map(_first, run))
    words = phrase("step-begin-missing", line=line, listed=keys)
    return replace(run[0], words=words, suggestion=None)
