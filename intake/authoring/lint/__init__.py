"""
Checks a parsed checklist for mistakes that its syntax allows.

Among others: conditions name earlier steps, every language has its texts, ids are unique, tables
end in `otherwise`, tests name existing steps. A checklist that passes is then proven.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from intake.authoring.lint.always_answered import mistakes_of_unknown
from intake.authoring.lint.conditions import mistakes_of_condition
from intake.authoring.lint.dependent_problems import (
    LACKING_CODES,
    prevents_proof,
    without_dependent_problems,
)
from intake.authoring.lint.desk import (
    mistakes_of_declared,
    mistakes_of_expected_product,
    mistakes_of_product_choices,
)
from intake.authoring.lint.named_conditions import mistakes_of_named
from intake.authoring.lint.names import Names
from intake.authoring.lint.numbers import repeated_indexes
from intake.authoring.lint.pictures import mistakes_of_picture
from intake.authoring.lint.repeated_steps import problems_between_steps
from intake.authoring.lint.repeated_tests import problems_of_patterns
from intake.authoring.lint.required import mistakes_of_must_have
from intake.authoring.lint.routing_words import mistakes_of_routing_words
from intake.authoring.lint.steps import mistakes_of_name, mistakes_of_step
from intake.authoring.lint.tables import mistakes_of_ticket
from intake.authoring.lint.tests import mistakes_of_tests
from intake.authoring.lint.texts import mistakes_of_empty_keys, mistakes_of_texts
from intake.authoring.lint.values_in_texts import mistakes_of_braces, mistakes_of_values
from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake, Problem
from intake.authoring.proof import prove
from intake.authoring.syntax.named_conditions import written_conditions
from intake.authoring.syntax.parsed_file import Entry, ParsedFile, Used
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import Head, texts_of
from intake.journey.steps import Ask, Check, End, Use

# In a section's step these are mistakes of the checklist that uses it, unless a word is misspelt.
_USER_CODES = frozenset({"role-twice", "no-step", "later-step", "no-condition"})
_MAX_CHECKS = 12  # in one checklist: each check is a diagnosis

__all__ = ["all_problems", "lint"]


def lint(parsed: ParsedFile, *, is_proven: bool = True) -> list[Problem]:
    """Return the errors and warnings of all rules and of the proof, without consequences."""
    problems = all_problems(parsed, is_proven=is_proven)
    if early := list(_early_ends(parsed.entries)):
        consequences = {"never-reached", "never-ticket", *LACKING_CODES}
        problems = [*early, *(problem for problem in problems if problem.code not in consequences)]
    return list(without_dependent_problems(problems, is_whole=_is_read(parsed)))


def all_problems(parsed: ParsedFile, *, is_proven: bool = True) -> list[Problem]:
    """Return the same as `lint`, including problems that only follow from another one."""
    problems = list(_problems(parsed))
    # A proof over only those steps that could be read would be about another checklist.
    if is_proven and _is_read(parsed) and not any(map(prevents_proof, problems)):
        problems.extend(prove(parsed))
    return problems


def _is_read(parsed: ParsedFile) -> bool:
    return parsed.is_whole and all(
        entry.step is not None for entry in parsed.entries if entry.word != "use"
    )


def _problems(parsed: ParsedFile) -> Iterator[Problem]:
    items = parsed.root.get("must-have")
    own = items.keys if items is not None else {}
    known = written_conditions(parsed.root)
    names = Names(parsed.entries, known, is_whole=parsed.is_whole, own_items=own)
    languages = parsed.head.languages if parsed.head else ()
    yield from _too_many_checks(parsed)
    for entry in parsed.entries:
        names.current = entry
        mistakes = _mistakes_of_entry(entry, names, languages, parsed)
        yield from _placed_to_change(mistakes, entry, names, parsed)
        # After the checks, so that a step can't refer to itself.
        names.add_earlier(entry)
    names.current = None
    yield from problems_between_steps(parsed)
    if parsed.head is not None:
        mistakes = mistakes_of_texts(parsed.head, parsed.root, languages)
        yield from _placed(mistakes, parsed.file, parsed.root)
        yield from _placed(mistakes_of_must_have(parsed.head), parsed.file, parsed.root)
        yield from _placed(_unread_languages(parsed.head), parsed.file, parsed.root)
        mistakes = mistakes_of_routing_words(parsed.head)
        yield from _placed(mistakes, parsed.file, parsed.root)
        mistakes = _mistakes_of_ticket(parsed, parsed.head, names)
        yield from _placed(mistakes, parsed.file, parsed.root)
        yield from _placed(_braces_of_head(parsed.head), parsed.file, parsed.root)
        yield from _placed(mistakes_of_named(parsed, names), parsed.file, parsed.root)
        of_tests = list(_placed(mistakes_of_tests(parsed), parsed.file, parsed.root))
        yield from of_tests
        refused = Counter(
            str(dict(problem.words.parameters)["name"])
            for problem in of_tests
            if problem.code == "test-refused"
        )
        yield from problems_of_patterns(parsed, refused)


def _mistakes_of_ticket(parsed: ParsedFile, head: Head, names: Names) -> Iterator[Mistake]:
    yield from mistakes_of_ticket(head.ticket, names, parsed.root, parsed.desk)
    if parsed.desk is not None:
        yield from mistakes_of_declared(head, parsed.desk)


def _too_many_checks(parsed: ParsedFile) -> Iterator[Problem]:
    checks = [entry for entry in parsed.entries if entry.word == "check"]
    for entry in checks[_MAX_CHECKS : _MAX_CHECKS + 1]:
        words = phrase("too-many-checks", count=len(checks), limit=_MAX_CHECKS)
        yield Problem.at(entry.file, entry.node.find(("check",)), words)


def _early_ends(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for an unconditional end that is followed by steps."""
    for entry, following in pairwise(entries):
        step = entry.step
        if isinstance(step, End) and step.show_if is None:
            line = following.node.find((following.word,)).line
            words = phrase("end-too-early", end=step.end, line=line)
            yield Problem.at(entry.file, entry.node.find(("end",)), words)
            return


def _placed_to_change(
    mistakes: Iterable[Mistake], entry: Entry, names: Names, parsed: ParsedFile
) -> Iterator[Problem]:
    """
    Yield the problems of a step, each at the line that must change.

    Problems that a section has only in this checklist are reported at its `use`: a name or role
    that exists already, a step that the section needs and the checklist lacks.
    """
    used = entry.used
    problems = list(_placed(mistakes, entry.file, entry.node))
    if used is None:
        yield from problems
        return
    is_double = any(problem.code == "duplicate-id" for problem in problems)
    for problem in problems:
        if problem.code == "duplicate-id":
            yield _double(problem, entry, used, names.earlier[entry.name], parsed)
        elif problem.code not in _USER_CODES or problem.suggestion is not None:
            yield problem
        elif (own := _own_contact(problem, entry, names, parsed)) is not None:
            yield own
        # A duplicate step repeats everything else too.
        elif not (is_double and problem.code == "role-twice"):
            line, words = problem.line, problem.words
            inner = phrase("in-section", section=used.section, line=line, words=words)
            yield Problem.at(parsed.file, used.place, inner)


def _own_contact(
    problem: Problem, entry: Entry, names: Names, parsed: ParsedFile
) -> Problem | None:
    """Return the problem of a second contact, at the checklist's own question for it, or None."""
    is_contact = isinstance(entry.step, Ask) and entry.step.is_contact
    if problem.code != "role-twice" or not is_contact or entry.used is None:
        return None
    own = names.earlier.get(str(dict(problem.words.parameters)["name"]))
    if own is None or own.file != parsed.file:
        return None
    words = phrase("contact-of-section", section=entry.used.section)
    return Problem.at(parsed.file, own.node.find((own.word,)), words)


def _double(
    problem: Problem, entry: Entry, used: Used, first: Entry, parsed: ParsedFile
) -> Problem:
    """Return the problem of a section's step whose name is taken, at the checklist's own line."""
    place, is_own = first.node.find((first.word,)), first.file == parsed.file
    are_contacts = all(isinstance(e.step, Ask) and e.step.is_contact for e in (first, entry))
    if is_own and are_contacts:
        return Problem.at(parsed.file, place, phrase("contact-of-section", section=used.section))
    line, file = (problem.line, entry.file) if is_own else (place.line, first.file)
    words = phrase("id-of-section", section=used.section, name=entry.name, line=line, file=file)
    return Problem.at(parsed.file, place if is_own else used.place, words)


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
        yield from mistakes_of_unknown(raw.plain(), names)
    if entry.step is not None:
        yield from mistakes_of_empty_keys(entry.node)
        yield from mistakes_of_texts(entry.step, entry.node, tuple(languages))
        yield from mistakes_of_step(entry.step, names, parsed.head)
        if not isinstance(entry.step, Use):
            yield from mistakes_of_picture(entry.step, parsed.folder)
        if isinstance(entry.step, Check) and parsed.desk is not None:
            yield from mistakes_of_expected_product(entry.step, parsed.desk)
        if isinstance(entry.step, Ask) and parsed.desk is not None:
            yield from mistakes_of_product_choices(entry.step, parsed.desk)
        if not isinstance(entry.step, Use):
            yield from mistakes_of_values(entry.step, entry.node, names, entry.name)
    yield from mistakes_of_name(entry, names)


def _unread_languages(head: Head) -> Iterator[Mistake]:
    """Yield mistakes of `languages`: one that only the title has, and one listed twice."""
    for language in head.title.lines:
        if language and language not in head.languages:
            yield Mistake(("languages",), phrase("language-unused", language=language))
    for index in repeated_indexes(head.languages):
        yield Mistake(("languages", index), phrase("value-twice", word=head.languages[index]))


def _braces_of_head(head: Head) -> Iterator[Mistake]:
    for path, text in texts_of(head):
        if path[0] not in ("ticket", "tests"):
            yield from mistakes_of_braces(path, text)


def _placed(mistakes: Iterable[Mistake], file: str, node: Node) -> Iterator[Problem]:
    for mistake in mistakes:
        place = mistake.place or node.find(mistake.path, on_key=mistake.on_key)
        yield Problem.at(file, place, mistake.words, mistake.suggestion)
