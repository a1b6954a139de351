"""
What can be told of a checklist before a customer meets it.

Names that conditions use stand earlier and exist, texts are there in every language and don't beg,
ids are unique, tables end in `otherwise`, tests name what there is; then everything is proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from intake.authoring.lint.conditions import mistakes_of_condition
from intake.authoring.lint.names import Names
from intake.authoring.lint.steps import mistakes_of_name, mistakes_of_step
from intake.authoring.lint.tables import mistakes_of_ticket
from intake.authoring.lint.tests import mistakes_of_tests
from intake.authoring.lint.texts import mistakes_of_texts
from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake, Problem
from intake.authoring.proof import prove
from intake.authoring.syntax.parsed_file import Entry, ParsedFile
from intake.authoring.syntax.yaml_nodes import Node

# Mistakes that leave names and conditions as they are, so that proofs still mean something.
_ASIDE = frozenset(
    {"text-missing", "begging", "no-record", "silent-end", "no-priority"}
    | {"test-step", "test-answer", "test-check", "test-measured", "test-fact", "test-value"}
    | {
        "test-number",
        "test-each",
        "test-environment",
        "test-outcome",
        "test-end",
        "test-source",
        "test-twice",
    }
)

__all__ = ["lint"]


def lint(parsed: ParsedFile) -> list[Problem]:
    """Every mistake that the rules can tell, errors and warnings."""
    problems = list(_problems(parsed))
    # A proof over the steps that could be read would be one about another checklist.
    is_whole = parsed.is_whole and all(
        entry.step is not None for entry in parsed.entries if entry.word != "use"
    )
    if is_whole and not any(_is_in_the_way(problem) for problem in problems):
        problems.extend(prove(parsed))
    return problems


def _is_in_the_way(problem: Problem) -> bool:
    return problem.severity == "error" and problem.code not in _ASIDE


def _problems(parsed: ParsedFile) -> Iterator[Problem]:
    names = Names(parsed.entries, is_whole=parsed.is_whole)
    languages = parsed.head.languages if parsed.head else ()
    for entry in parsed.entries:
        names.here = entry
        mistakes = _mistakes_of_entry(entry, names, languages, parsed)
        yield from _placed(mistakes, entry.file, entry.node)
        # Only now, so that a step can't name itself.
        names.pass_by(entry)
    names.here = None
    if parsed.head is not None:
        mistakes = mistakes_of_texts(parsed.head, parsed.root, languages)
        yield from _placed(mistakes, parsed.file, parsed.root)
        yield from _placed(mistakes_of_ticket(parsed.head.ticket, names), parsed.file, parsed.root)
        yield from _placed(mistakes_of_tests(parsed), parsed.file, parsed.root)


def _mistakes_of_entry(
    entry: Entry, names: Names, languages: Iterable[str], parsed: ParsedFile
) -> Iterator[Mistake]:
    raw = entry.node.get("show-if")
    if raw is not None:
        is_named = entry.word not in ("use", "end")
        at = (
            phrase("step-key", step=entry.name, key="show-if")
            if is_named
            else phrase("key", key="show-if")
        )
        yield from mistakes_of_condition(raw.plain(), ("show-if",), names, at)
    if entry.step is not None:
        yield from mistakes_of_texts(entry.step, entry.node, tuple(languages))
        record = parsed.head.record if parsed.head else None
        yield from mistakes_of_step(entry.step, names, record)
    yield from mistakes_of_name(entry, names)


def _placed(mistakes: Iterable[Mistake], file: str, node: Node) -> Iterator[Problem]:
    for mistake in mistakes:
        place = mistake.place or node.find(mistake.path, on_key=mistake.on_key)
        yield Problem.at(file, place, mistake.words, mistake.suggestion)
