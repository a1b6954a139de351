"""
What can be proven of a checklist before a customer meets it: the first cut of rule 9.

Names that conditions use stand earlier and exist, texts are there in every language and don't beg,
ids are unique, tables end in `otherwise`, and every item of record is filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from pydantic import BaseModel, JsonValue

from diagnostics import facts_of
from intake.journey.checklist import choices_of
from intake.journey.conditions import (
    UNKNOWN,
    Compare,
    as_word,
    bounds_of,
    compares,
    parse_condition,
)
from intake.journey.items import placeholders
from intake.journey.limits import why_unusable
from intake.journey.model import Head, Priority, Row, Text
from intake.journey.problems import Problem, closest, did_you_mean
from intake.journey.proof import prove, unknown_record_items
from intake.journey.sheet import Entry, Sheet, Where, texts_of
from intake.journey.sides import ENVIRONMENT, Side, environment_names, side_of_fact, side_of_step
from intake.journey.steps import (
    COUNTED_KINDS,
    MEASURED_KINDS,
    WORDED_KINDS,
    Ask,
    Check,
    End,
    Step,
    Tell,
)
from intake.journey.yaml_nodes import Node, Place

_RESERVED = frozenset({ENVIRONMENT, UNKNOWN, "all", "any", "not", "otherwise"})
_BEGGING = re.compile(
    r"\s*(?:please,?\s+)?(?:could|can|would|will|may)\s+(?:you|we|i)\b"
    r"|\s*(?:is|would) it (?:be )?possible\b|\s*do you mind\b"
    r"|\s*(?:пожалуйста,?\s+)?(?:не\s+)?(?:могли|можете|сможете|могу|можем)\s+(?:бы|ли|вы)\b"
    r"|\s*(?:скажите,?\s+)?(?:пожалуйста,?\s+)?(?:нельзя|можно|возможно)\s+ли\b"
    r"|\s*не\s+(?:затруднит|сложно)\s+ли\b|\s*(?:вы\s+)?не\s+могли\s+бы\b|\s*есть\s+ли\s+возможность\b",
    re.IGNORECASE,
)
_FEW_CHOICES = 2
_CHOICE_KINDS = ("choice", "choices")
_ONE_LANGUAGE = re.compile(r"[а-яё]|[a-z]{2,}\s+[a-z]{2,}", re.IGNORECASE)


def lint(sheet: Sheet) -> list[Problem]:
    """Every mistake that the rules can tell, errors and warnings."""
    checker = _Lint(sheet)
    checker.run()
    if not any(_is_in_the_way(each) for each in checker.problems):
        checker.problems.extend(prove(sheet))
    return checker.problems


# Mistakes that leave names and conditions as they are, so that proofs still mean something.
_ASIDE = frozenset(
    {"text-language", "begging", "too-long", "no-record", "silent-end", "no-priority"}
)


def _is_in_the_way(problem: Problem) -> bool:
    return problem.severity == "error" and problem.code not in _ASIDE


@dataclass(slots=True)
class _Lint:
    sheet: Sheet
    problems: list[Problem] = field(default_factory=list)
    _earlier: dict[str, Entry] = field(default_factory=dict)
    _all: dict[str, Entry] = field(default_factory=dict)

    def run(self) -> None:
        for entry in self.sheet.entries:
            if entry.word not in ("use", "end") and entry.name:
                self._all.setdefault(entry.name, entry)
        for entry in self.sheet.entries:
            self._entry(entry)
        if self.sheet.head is not None:
            self._head(self.sheet.head)
        self.problems.extend(unknown_record_items(self.sheet))

    def _say(  # noqa: PLR0913  what a problem consists of
        self,
        file: str,
        place: Place,
        code: str,
        message: str,
        suggestion: str | None = None,
        *,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        self.problems.append(
            Problem(
                file, place.line, place.column, severity, code, message, suggestion, place.length
            )
        )

    # One step

    def _entry(self, entry: Entry) -> None:
        raw = entry.node.get("show-if")
        if raw is not None:
            self._condition(raw.plain(), entry, ("show-if",), _named(entry, "show-if"))
        if entry.step is not None:
            self._texts(entry.step, entry.file, entry.node)
            self._by_word(entry.step, entry)
        self._name(entry)

    def _by_word(self, step: Step, entry: Entry) -> None:
        if isinstance(step, Ask):
            self._ask(step, entry)
            self._accept(step, entry)
        elif isinstance(step, Check):
            self._check(step, entry)
        elif isinstance(step, End):
            self._end(step, entry)
        elif step.about is not None:
            self._about(step.about, entry)

    def _name(self, entry: Entry) -> None:
        if entry.word in ("use", "end") or not entry.name:
            return
        place = entry.node.find((entry.word,))
        if entry.name in _RESERVED:
            message = f"'{entry.name}' means something else in conditions; choose another name"
            self._say(entry.file, place, "reserved-id", message)
        first = self._earlier.get(entry.name)
        if first is None:
            self._earlier[entry.name] = entry
            return
        line = first.node.find((first.word,)).line
        message = (
            f"the id '{entry.name}' stands twice, first on line {line} of {first.file}; "
            "give this step another name"
        )
        self._say(entry.file, place, "duplicate-id", message)

    def _ask(self, ask: Ask, entry: Entry) -> None:
        choices = choices_of(ask)
        if ask.kind in _CHOICE_KINDS and len(choices) < _FEW_CHOICES:
            place = entry.node.find(("choices",)) if ask.choices else entry.node.find(("ask",))
            message = f"'{ask.id}' is a {ask.kind} step and needs at least two choices; add them"
            self._say(entry.file, place, "few-choices", message)
        if ask.kind not in _CHOICE_KINDS and ask.choices:
            message = (
                f"'{ask.id}' has choices, and its kind is {ask.kind}; make the kind choice, "
                "or take the choices out"
            )
            self._say(entry.file, entry.node.find(("choices",), on_key=True), "no-choices", message)
        if UNKNOWN in ask.choices:
            place = entry.node.find(("choices", UNKNOWN), on_key=True)
            message = "\"I don't know\" is offered on every question; take the choice 'unknown' out"
            self._say(entry.file, place, "reserved-choice", message)
        self._answer_from(ask, choices, entry)

    def _accept(self, ask: Ask, entry: Entry) -> None:
        """What an answer must be has to fit the kind of answer."""
        if ask.unit is not None and ask.kind != "number":
            message = f"'{ask.id}' has a unit, and its kind is {ask.kind}; only a number has one"
            self._say(entry.file, entry.node.find(("unit",), on_key=True), "no-unit", message)
        for path, message in _unfit_limits(ask):
            place = entry.node.find(("accept", *path), on_key=not path)
            self._say(entry.file, place, "accept", message)

    def _end(self, end: End, entry: Entry) -> None:
        if end.end == "solved" and end.text is None:
            message = "'end: solved' sends nobody anything; say in 'text' why no ticket is needed"
            self._say(entry.file, entry.node.find(("end",)), "silent-end", message)

    def _answer_from(self, ask: Ask, choices: Mapping[str, Text], entry: Entry) -> None:
        path: Where = ("answer-from",)
        if ask.answer_from is None:
            if ask.if_measured == "skip":
                place = entry.node.find(("if-measured",), on_key=True)
                message = (
                    "'if-measured' needs 'answer-from': say what measures it, such as srv.ping"
                )
                self._say(entry.file, place, "measured-by-nothing", message)
            return
        if isinstance(ask.answer_from, str):
            what = f"step '{ask.id}': 'answer-from'"
            side = self._left(ask.answer_from, entry.file, entry.node.find(path), what, fact=True)
            values = side.values if side else None
            if values and choices and ask.kind in _CHOICE_KINDS:
                lacking = [value for value in values if value not in choices]
                if lacking:
                    message = (
                        f"'{ask.answer_from}' may also say {', '.join(lacking[:8])}, which is no "
                        "choice here; the question is then asked as if nothing was measured"
                    )
                    place = entry.node.find(path)
                    self._say(entry.file, place, "choice-lacking", message, severity="warning")
            return
        for index, row in enumerate(ask.answer_from):
            here = (*path, index)
            if row.otherwise is not None or row.when is None or row.is_ is None:
                message = "a row of 'answer-from' is {when: …, is: …}; without a match it is asked"
                self._say(entry.file, entry.node.find(here), "table-row", message)
                continue
            self._condition(row.when, entry, (*here, "when"), f"step '{ask.id}': 'answer-from'")
            value = as_word(row.is_) if not isinstance(row.is_, list | dict) else ""
            if choices and value not in choices:
                place = entry.node.find((*here, "is"))
                message = (
                    f"'{value}' is no choice of '{ask.id}'{did_you_mean(value, list(choices))}"
                )
                self._say(entry.file, place, "no-choice", message, closest(value, choices))

    def _check(self, check: Check, entry: Entry) -> None:
        place = entry.node.find(("of",))
        target = self._earlier.get(check.of)
        if target is None:
            asks = [name for name, each in self._earlier.items() if each.word == "ask"]
            self._no_step(check.of, asks, (entry.file, place), f"check '{check.id}': 'of'")
        elif target.step is not None and getattr(target.step, "kind", "") != "target":
            message = (
                f"check '{check.id}': 'of' names '{check.of}', which asks for no address; name a "
                "step of kind target"
            )
            self._say(entry.file, place, "of-no-target", message)

    def _about(self, about: str, entry: Entry) -> None:
        found = self._earlier.get(about)
        if found is None or found.word != "check":
            checks = [name for name, each in self._earlier.items() if each.word == "check"]
            place = entry.node.find(("about",))
            self._no_step(about, checks, (entry.file, place), f"step '{entry.name}': 'about'")

    # Conditions

    def _condition(self, raw: JsonValue, entry: Entry, path: Where, what: str) -> None:
        self._condition_at(raw, entry.file, entry.node, path, what)

    def _condition_at(self, raw: JsonValue, file: str, node: Node, path: Where, what: str) -> None:
        condition, mistakes = parse_condition(raw)
        for mistake in mistakes:
            place = node.find((*path, *mistake.path))
            self._say(file, place, mistake.code, mistake.message, mistake.suggestion)
        for compare in compares(condition):
            self._compare(compare, file, node, path, what)

    def _compare(self, compare: Compare, file: str, node: Node, path: Where, what: str) -> None:
        key = node.find((*path, *compare.path), on_key=True)
        side = self._left(compare.left, file, key, what)
        if side is None:
            return
        for index, word in enumerate(compare.allowed):
            message, near = _mismatch(compare.left, side, word, what)
            if message:
                place = node.find((*path, *compare.path, index))
                self._say(file, place, "no-value", message, near)

    def _left(
        self, left: str, file: str, place: Place, what: str, *, fact: bool = False
    ) -> Side | None:
        """What a left side may say; None when anything, or when it was reported."""
        name, dot, said = left.partition(".")
        if not dot:
            if fact:
                message = f"{what} is '{left}'; name a check and its fact, such as web.symptom"
                self._say(file, place, "no-fact", message)
                return None
            return self._step_values(left, file, place, what)
        if name == ENVIRONMENT:
            self._fact(left, environment_names(), (file, place), what)
            return None
        entry = self._earlier.get(name)
        if entry is None or entry.word != "check":
            checks = [each for each, found in self._earlier.items() if found.word == "check"]
            self._no_step(name, checks, (file, place), what)
            return None
        if not isinstance(entry.step, Check):
            return None
        facts = facts_of(entry.step.diagnose)
        self._fact(left, tuple(facts), (file, place), what)
        return side_of_fact(facts[said]) if said in facts else None

    def _fact(self, left: str, facts: Sequence[str], at: tuple[str, Place], what: str) -> None:
        name, _, said = left.partition(".")
        if said not in facts:
            message = f"{what} names '{left}', which isn't measured{did_you_mean(said, facts)}"
            near = closest(said, facts)
            self._say(*at, "no-fact", message, f"{name}.{near}" if near else None)

    def _step_values(self, left: str, file: str, place: Place, what: str) -> Side | None:
        entry = self._earlier.get(left)
        if entry is None:
            known = [name for name, each in self._earlier.items() if each.word != "check"]
            self._no_step(left, known, (file, place), what)
            return None
        if isinstance(entry.step, Check):
            message = (
                f"{what} names the check '{left}'; name one of its facts, such as {left}.finding"
            )
            self._say(file, place, "no-fact", message, f"{left}.finding")
            return None
        return side_of_step(entry.step) if isinstance(entry.step, Ask | Tell) else None

    def _no_step(self, name: str, known: Sequence[str], at: tuple[str, Place], what: str) -> None:
        if (later := self._all.get(name)) is not None and name not in self._earlier:
            line = later.node.find((later.word,)).line
            message = (
                f"{what} names '{name}', which stands later (line {line}); move that step up, or "
                "this one down"
            )
            self._say(*at, "later-step", message)
            return
        message = f"{what} names '{name}', which is not an earlier step{did_you_mean(name, known)}"
        self._say(*at, "no-step", message, closest(name, known))

    # Texts

    def _texts(self, model: BaseModel, file: str, node: Node) -> None:
        wanted = self.sheet.head.languages if self.sheet.head else ()
        for path, text in texts_of(model):
            lines = text.root if isinstance(text.root, dict) else {"": text.root}
            for language, line in lines.items():
                if _BEGGING.match(line):
                    message = (
                        f"“{' '.join(line.split()[:3])}…” asks for a favour; say what to do, and "
                        "what to do instead if that doesn't work"
                    )
                    self._say(file, node.find((*path, language)), "begging", message)
            if isinstance(text.root, dict):
                for language in wanted:
                    if language not in text.root:
                        message = (
                            f"this text is missing in '{language}'; add the line '{language}:'"
                        )
                        self._say(file, node.find(path), "text-language", message)
            elif len(wanted) > 1 and _ONE_LANGUAGE.search(text.root):
                message = (
                    f"this text is one for all languages; write {{{': …, '.join(wanted)}: …}} "
                    "if it is words"
                )
                self._say(file, node.find(path), "text-language", message, severity="warning")

    # The head: ticket, tables, record

    def _head(self, head: Head) -> None:
        file, root = self.sheet.file, self.sheet.root
        self._texts(head, file, root)
        for name, table in (("priority", head.ticket.priority), ("queue", head.ticket.queue)):
            self._table(name, table)
        place = root.find(("ticket", "subject"))
        for text in _lines(head.ticket.subject):
            for left in placeholders(text):
                self._left(left, file, place, "'subject'")

    def _table(self, name: str, table: tuple[Row, ...]) -> None:
        file, root, path = self.sheet.file, self.sheet.root, ("ticket", name)
        if not any(row.otherwise is not None for row in table):
            message = f"'{name}' has no last row {{otherwise: …}}; add it, for what no row expects"
            self._say(file, root.find(path), "no-otherwise", message)
        for index, row in enumerate(table):
            here: Where = (*path, index)
            is_last = index == len(table) - 1
            has_row = row.when is not None and row.is_ is not None and row.otherwise is None
            is_otherwise = row.otherwise is not None and row.when is None and row.is_ is None
            if not has_row and not is_otherwise:
                message = f"a row of '{name}' is {{when: …, is: …}} or {{otherwise: …}}"
                self._say(file, root.find(here), "table-row", message)
                continue
            if is_otherwise and not is_last:
                message = f"'otherwise' ends '{name}'; the rows after it are never reached"
                self._say(file, root.find(here), "early-otherwise", message)
            if has_row:
                self._condition_at(row.when, file, root, (*here, "when"), f"'{name}'")
            self._result(name, row, here)

    def _result(self, name: str, row: Row, here: Where) -> None:
        key = "is" if row.otherwise is None else "otherwise"
        value = row.is_ if row.otherwise is None else row.otherwise
        place = self.sheet.root.find((*here, key))
        if not isinstance(value, str) or not value.strip():
            message = f"'{key}' is one word, the {name} that is meant"
            self._say(self.sheet.file, place, "table-value", message)
        elif name == "priority" and value not in (allowed := list(get_args(Priority))):
            message = f"'{value}' is no priority{did_you_mean(value, allowed)}"
            self._say(self.sheet.file, place, "no-priority", message, closest(value, allowed))


def _mismatch(left: str, side: Side, word: str, what: str) -> tuple[str, str | None]:
    """Why a value can't be compared with, and what was meant; empty when it can."""
    if word == UNKNOWN or (side.values is not None and word in side.values):
        return "", None
    compared = f"{what} compares '{left}' with '{word}'"
    if side.values is not None:
        hint = did_you_mean(word, list(side.values))
        return f"{compared}, which it never is{hint}", closest(word, side.values)
    if side.is_number:
        return ("" if bounds_of(word) else f"{compared}; it is a number: 5, 5-9, or < 5"), None
    if "." in left:  # a measured text, such as an issuer
        return "", None
    return f"{compared}; it is answered in free words, so only 'unknown' can be asked for", None


def _unfit_limits(ask: Ask) -> Iterator[tuple[Where, str]]:
    accept = ask.accept
    if accept is None:
        return
    if accept.pattern is not None:
        if ask.kind not in WORDED_KINDS:
            yield (
                ("pattern",),
                f"'pattern' is for texts, and the kind of '{ask.id}' is {ask.kind}; use 'from'",
            )
        elif (why := why_unusable(accept.pattern)) is not None:
            yield ("pattern",), f"this pattern can't be used: {why}"
    has_bounds = accept.from_ is not None or accept.to is not None
    if has_bounds and ask.kind not in WORDED_KINDS | MEASURED_KINDS | COUNTED_KINDS:
        yield (), f"an answer of kind {ask.kind} has no size; take 'from' and 'to' out"
    if accept.from_ is not None and accept.to is not None and accept.from_ > accept.to:
        yield ("from",), f"'from' ({accept.from_:g}) is more than 'to' ({accept.to:g})"
    if accept.pattern is None and not has_bounds:
        yield (), "'accept' needs 'from', 'to' or 'pattern': what an answer must be"


def _named(entry: Entry, key: str) -> str:
    return f"step '{entry.name}': '{key}'" if entry.word not in ("use", "end") else f"'{key}'"


def _lines(text: Text) -> list[str]:
    return [text.root] if isinstance(text.root, str) else list(text.root.values())
