"""
What must be so in every case of a checklist, or in at least one; and the case where it is not.

Every step, choice, comparison and table row can come about; `required_claims.py` has what every
ticket must have. Decided by a SAT solver over all cases, so a "can't" is a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from pydantic import JsonValue

from intake.authoring.messages import Listed, Phrase, phrase
from intake.authoring.problems import Place, Problem
from intake.authoring.proof.clauses import Clauses, Literal, TooHard
from intake.authoring.proof.required_claims import RequiredClaims
from intake.authoring.proof.space import Space
from intake.authoring.proof.value_claims import mistakes_of_unknown_values
from intake.authoring.proof.variables import Reached
from intake.authoring.syntax.named_conditions import expanded
from intake.authoring.syntax.parsed_file import Entry, ParsedFile, condition_of_use
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.conditions import UNKNOWN, AllOf, Compare, comparisons_in, parse_condition
from intake.journey.model import Head, KeyPath, Row
from intake.journey.steps import Ask, End


def prove(parsed: ParsedFile) -> list[Problem]:
    """A problem for each claim that fails; names and conditions must have passed the lint."""
    head = parsed.head
    if head is None:
        return []
    entries = [entry for entry in parsed.entries if entry.step is not None and entry.word != "use"]
    steps = [entry.step for entry in entries if entry.step is not None]
    tables = (head.ticket.priority, head.ticket.queue)
    with Clauses() as clauses:
        space = Space(clauses, steps, tables, tuple(head.conditions.values()))
        space.build()
        return list(_Claims(parsed, head, entries, space).run())


class _Claims:
    def __init__(
        self, parsed: ParsedFile, head: Head, entries: Sequence[Entry], space: Space
    ) -> None:
        self._parsed, self._head, self._entries, self._space = parsed, head, entries, space
        self._clauses = space.clauses
        self._never_used: list[Place] = []
        self._never_shown_steps: set[str] = set()
        # A person who takes over gets a ticket as well, headed by the same tables.
        self._written = self._clauses.any_of((space.ticket, space.handed_over))

    def run(self) -> Iterator[Problem]:
        """Check every claim, step by step; those about tickets only where a ticket is possible."""
        for entry, reached in zip(self._entries, self._space.reached, strict=True):
            problems = self._step(entry, reached)
            yield from self._guarded(problems, entry.file, entry.node, (entry.word,))
        file, root = self._parsed.file, self._parsed.root
        for name, raw in self._head.conditions.items():
            path: KeyPath = ("conditions", name)
            inner = expanded(raw, self._head.conditions)
            yield from self._guarded(self._named(name, inner, path), file, root, path)
        ends = list(self._guarded(self._ends(), file, root, ("steps",)))
        yield from ends
        # Of tickets that can't be, every claim would fail for the same reason.
        if all(end.code != "never-ticket" for end in ends):
            yield from self._tickets()

    def _tickets(self) -> Iterator[Problem]:
        """Check the claims about every ticket: its tables, and what it must have."""
        for name, table in (
            ("priority", self._head.ticket.priority),
            ("queue", self._head.ticket.queue),
        ):
            at: KeyPath = ("ticket", name)
            rows = self._table(name, table)
            yield from self._guarded(rows, self._parsed.file, self._parsed.root, at)
        yield from RequiredClaims(self._parsed, self._head, self._entries, self._space).run()

    def _guarded(
        self, claims: Iterator[Problem], file: str, node: Node, path: KeyPath
    ) -> Iterator[Problem]:
        """The problems of some claims; one that is too hard to decide is a problem as well."""
        try:
            yield from claims
        except TooHard:
            yield _problem(file, node, path, phrase("not-proven"))

    def _named(self, name: str, raw: JsonValue, path: KeyPath) -> Iterator[Problem]:
        """A condition with a name can hold, wherever it is used."""
        file, root = self._parsed.file, self._parsed.root
        if self._clauses.can_hold(self._space.truth(raw).holds):
            yield from self._parts(raw, self._clauses.yes, file, root, path)
        else:
            yield _problem(file, root, path, phrase("never-holds", name=name))

    # One step

    def _step(self, entry: Entry, reached: Reached) -> Iterator[Problem]:
        name = _named(entry)
        # What else could be said of a step that is never reached follows from that.
        if not self._clauses.can_hold(reached.live):
            yield _problem(
                entry.file, entry.node, (entry.word,), phrase("never-reached", what=name)
            )
            return
        raw = entry.step.show_if if entry.step is not None else None
        if not self._clauses.can_hold(reached.is_shown):
            yield from self._never_shown(entry, name)
            return
        yield from self._parts(raw, reached.live, entry.file, entry.node, ("show-if",))
        # Not shown means that it doesn't hold, which unknown facts are enough for.
        if raw is not None and not self._clauses.can_hold(reached.live, -reached.is_shown):
            yield _problem(entry.file, entry.node, ("show-if",), phrase("always-shown", what=name))
        for mistake in mistakes_of_unknown_values(self._space, reached):
            yield _problem(entry.file, entry.node, mistake.path, mistake.words)
        if isinstance(entry.step, Ask):
            yield from self._rows(entry, entry.step, reached)

    def _rows(self, entry: Entry, ask: Ask, reached: Reached) -> Iterator[Problem]:
        for index, row in enumerate(ask.answer_from if isinstance(ask.answer_from, tuple) else ()):
            path: KeyPath = ("answer-from", index, "when")
            # What fills an item is measured for the ticket also where its question isn't shown.
            live = self._clauses.yes if ask.record else reached.is_shown
            yield from self._parts(row.when, live, entry.file, entry.node, path)

    def _never_shown(self, entry: Entry, name: Phrase) -> Iterator[Problem]:
        # Of a section all steps are hidden by one condition.
        if entry.used is not None and entry.used.place in self._never_used:
            return
        # What asks for the answer of a step that never comes is shown once that step is.
        raw = entry.step.show_if if entry.step is not None else None
        parsed = parse_condition(raw)[0]
        parts = parsed.parts if isinstance(parsed, AllOf) else (parsed,)
        needed = {p.left.partition(".")[0] for p in parts if isinstance(p, Compare)}
        is_echo = not self._never_shown_steps.isdisjoint(needed)
        self._never_shown_steps.add(entry.name)
        if is_echo:
            return
        of_use = condition_of_use(entry)
        if of_use is None or entry.used is None:
            words = self._why_never_shown(entry, name)
            yield _problem(entry.file, entry.node, ("show-if",), words)
            return
        self._never_used.append(entry.used.place)
        yield Problem.at(*of_use, phrase("never-used", section=entry.used.section))

    def _why_never_shown(self, entry: Entry, name: Phrase) -> Phrase:
        """Which two parts of a condition exclude each other, where there are such two."""
        raw = entry.step.show_if if entry.step is not None else None
        parsed = parse_condition(raw)[0]
        parts = parsed.parts if isinstance(parsed, AllOf) else ()
        compared = [part for part in parts if isinstance(part, Compare) and part.allowed]
        for first, second in combinations(compared, 2):
            both = [self._space.truth_of_compare(part).holds for part in (first, second)]
            if all(map(self._clauses.can_hold, both)) and not self._clauses.can_hold(*both):
                why = phrase("never-together", first=_words_of(first), second=_words_of(second))
                if first.left == second.left:
                    listed = ", ".join((*first.allowed, *second.allowed))
                    why = phrase("never-both", left=first.left, listed=listed)
                return phrase("never-shown", what=name, why=why)
        return phrase("never-shown", what=name, why=self._ended_before(entry, raw))

    def _ended_before(self, entry: Entry, raw: JsonValue) -> Phrase:
        """The end above that takes every case of a condition, where there is one."""
        holds = self._space.truth(raw).holds
        for other, reached in zip(self._entries, self._space.reached, strict=True):
            if other is entry:
                break
            if not isinstance(other.step, End) or not self._clauses.can_hold(reached.live, holds):
                continue
            if not self._clauses.can_hold(reached.live, holds, -reached.is_shown):
                line = other.node.find((other.word,)).line
                return phrase("taken-by-end", end=other.step.end, line=line)
        return phrase("never-holds-at-all")

    def _parts(
        self, raw: JsonValue, live: Literal, file: str, node: Node, path: KeyPath
    ) -> Iterator[Problem]:
        """Each value that a condition names can come about where it is asked."""
        for compare in comparisons_in(raw):
            if compare.named:  # asked where it is written
                continue
            for index, word in enumerate(compare.allowed):
                if word == UNKNOWN:
                    continue
                single = Compare(compare.left, (word,), compare.path)
                holds = self._space.truth_of_compare(single).holds
                if self._clauses.can_hold(live, holds):
                    continue
                words = phrase("never-so", left=compare.left, word=word)
                yield _problem(file, node, (*path, *compare.path, index), words)

    # Tables

    def _table(self, name: str, table: tuple[Row, ...]) -> Iterator[Problem]:
        left = [self._written]
        taken: dict[int, list[int]] = {}
        for index, row in enumerate(table):
            is_otherwise = row.otherwise is not None
            holds = self._clauses.yes if is_otherwise else self._space.truth(row.when).holds
            if not self._clauses.can_hold(*left, holds):
                at: KeyPath = ("ticket", name, index)
                words = self._why_never(name, None if is_otherwise else index + 1, holds)
                if (wider := self._wider(table, index, holds)) is None:
                    yield _problem(self._parsed.file, self._parsed.root, at, words)
                else:
                    taken.setdefault(wider, []).append(index)
            elif row.when is not None:
                when: KeyPath = ("ticket", name, index, "when")
                file, root = self._parsed.file, self._parsed.root
                yield from self._parts(row.when, self._written, file, root, when)
            # A later row counts only where this one doesn't hold.
            left.append(-holds)
        for wider, rows in taken.items():
            place: KeyPath = ("ticket", name, rows[0])
            why = phrase("taken-by-row", wider=wider + 1)
            words = phrase("never-counts", row=rows[0] + 1, table=name, why=why)
            if len(rows) > 1:  # one row too far up takes them all: one move mends it
                listed = Listed(tuple(str(row + 1) for row in rows), "and")
                words = phrase("rows-never-count", rows=listed, table=name, wider=wider + 1)
            yield _problem(self._parsed.file, self._parsed.root, place, words)

    def _wider(self, table: tuple[Row, ...], index: int, holds: Literal) -> int | None:
        """The earlier row that alone takes every case of this one."""
        if table[index].otherwise is not None or not self._clauses.can_hold(self._written, holds):
            return None
        for other in range(index):
            others = self._space.truth(table[other].when).holds
            if not self._clauses.can_hold(self._written, holds, -others):
                return other
        return None

    def _why_never(self, table: str, row: int | None, holds: Literal) -> Phrase:
        """Why a row of a table never counts; without a number it is the last one."""
        if row is None:
            return phrase("otherwise-never", table=table)
        can_hold = self._clauses.can_hold(self._written, holds)
        why = phrase("taken-before") if can_hold else phrase("never-in-a-ticket")
        return phrase("never-counts", row=row, table=table, why=why)

    # Ends

    def _ends(self) -> Iterator[Problem]:
        if not self._clauses.can_hold(self._space.ticket):
            words = phrase("never-ticket")
            yield _problem(self._parsed.file, self._parsed.root, ("steps",), words, on_key=True)


def _words_of(compare: Compare) -> str:
    return f"{compare.left}: {', '.join(compare.allowed)}"


def _named(entry: Entry) -> Phrase:
    if isinstance(entry.step, End):
        return phrase("the-end", end=entry.step.end)
    return phrase("the-named-step", step=entry.name)


def _problem(
    file: str, node: Node, path: KeyPath, words: Phrase, *, on_key: bool = False
) -> Problem:
    return Problem.at(file, node.find(path, on_key=on_key), words)
