"""
Claims about a whole checklist, and the problems where one fails.

Every step, choice, comparison and table row must be possible; `required_claims.py` has what every
ticket must contain. A SAT solver decides over all cases, so "impossible" is a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from pydantic import JsonValue

from intake.authoring.messages import Listed, Phrase, phrase
from intake.authoring.problems import Place, Problem
from intake.authoring.proof.clauses import Clauses, Literal, Undecided
from intake.authoring.proof.required_claims import RequiredClaims
from intake.authoring.proof.space import Space
from intake.authoring.proof.value_claims import mistakes_of_unknown_values
from intake.authoring.proof.variables import StepLiterals
from intake.authoring.syntax.named_conditions import expanded
from intake.authoring.syntax.parsed_file import Entry, ParsedFile, condition_of_use
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.conditions import UNKNOWN, AllOf, Compare, comparisons_in, parse_condition
from intake.journey.model import Head, KeyPath, Row
from intake.journey.steps import Ask, End


def prove(parsed: ParsedFile) -> list[Problem]:
    """Return a problem for each failed claim; names and conditions must have passed the lint."""
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
        # A hand-over to a person writes a ticket too, and the same tables apply to it.
        self._any_ticket = self._clauses.any_of((space.ticket, space.handed_over))

    def run(self) -> Iterator[Problem]:
        """Yield the problems of every claim; of tickets only if some case ends in a ticket."""
        for entry, literals in zip(self._entries, self._space.step_literals, strict=True):
            problems = self._step_claims(entry, literals)
            yield from self._with_undecided(problems, entry.file, entry.node, (entry.word,))
        file, root = self._parsed.file, self._parsed.root
        for name, raw in self._head.conditions.items():
            path: KeyPath = ("conditions", name)
            inner = expanded(raw, self._head.conditions)
            yield from self._with_undecided(
                self._named_condition(name, inner, path), file, root, path
            )
        ends = list(self._with_undecided(self._end_claims(), file, root, ("steps",)))
        yield from ends
        # Without a possible ticket, every claim about tickets would fail for the same reason.
        if all(end.code != "never-ticket" for end in ends):
            yield from self._ticket_claims()

    def _ticket_claims(self) -> Iterator[Problem]:
        """Yield the problems of the ticket's tables and of what a ticket must contain."""
        for name, table in (
            ("priority", self._head.ticket.priority),
            ("queue", self._head.ticket.queue),
        ):
            path: KeyPath = ("ticket", name)
            rows = self._table_claims(name, table)
            yield from self._with_undecided(rows, self._parsed.file, self._parsed.root, path)
        yield from RequiredClaims(self._parsed, self._head, self._entries, self._space).run()

    def _with_undecided(
        self, claims: Iterator[Problem], file: str, node: Node, path: KeyPath
    ) -> Iterator[Problem]:
        """Yield the problems of some claims, and one more if the solver can't decide them."""
        try:
            yield from claims
        except Undecided:
            yield _problem(file, node, path, phrase("not-proven"))

    def _named_condition(self, name: str, raw: JsonValue, path: KeyPath) -> Iterator[Problem]:
        """Check that a named condition can hold, regardless of where it is used."""
        file, root = self._parsed.file, self._parsed.root
        if self._clauses.can_hold(self._space.truth(raw).holds):
            yield from self._value_claims(raw, self._clauses.true, file, root, path)
        else:
            yield _problem(file, root, path, phrase("never-holds", name=name))

    # One step

    def _step_claims(self, entry: Entry, literals: StepLiterals) -> Iterator[Problem]:
        name = _step_phrase(entry)
        # Every other problem of an unreachable step would follow from this one.
        if not self._clauses.can_hold(literals.reached):
            yield _problem(
                entry.file, entry.node, (entry.word,), phrase("never-reached", what=name)
            )
            return
        raw = entry.step.show_if if entry.step is not None else None
        if not self._clauses.can_hold(literals.is_shown):
            yield from self._never_shown(entry, name)
            return
        yield from self._value_claims(raw, literals.reached, entry.file, entry.node, ("show-if",))
        # An unknown fact is enough to hide a step, so "always shown" means in no case hidden.
        if raw is not None and not self._clauses.can_hold(literals.reached, -literals.is_shown):
            yield _problem(entry.file, entry.node, ("show-if",), phrase("always-shown", what=name))
        for mistake in mistakes_of_unknown_values(self._space, literals):
            yield _problem(entry.file, entry.node, mistake.path, mistake.words)
        if isinstance(entry.step, Ask):
            yield from self._row_claims(entry, entry.step, literals)

    def _row_claims(self, entry: Entry, ask: Ask, literals: StepLiterals) -> Iterator[Problem]:
        for index, row in enumerate(ask.answer_from if isinstance(ask.answer_from, tuple) else ()):
            path: KeyPath = ("answer-from", index, "when")
            # A question that fills an item is measured for the ticket even when it is hidden.
            live = self._clauses.true if ask.record else literals.is_shown
            yield from self._value_claims(row.when, live, entry.file, entry.node, path)

    def _never_shown(self, entry: Entry, name: Phrase) -> Iterator[Problem]:
        # One condition of `use` hides all steps of a section: report it once.
        if entry.used is not None and entry.used.place in self._never_used:
            return
        # A condition on the answer of a hidden step is mended together with that step.
        raw = entry.step.show_if if entry.step is not None else None
        parsed = parse_condition(raw)[0]
        parts = parsed.parts if isinstance(parsed, AllOf) else (parsed,)
        compared_steps = {
            part.left.partition(".")[0] for part in parts if isinstance(part, Compare)
        }
        is_consequence = not self._never_shown_steps.isdisjoint(compared_steps)
        self._never_shown_steps.add(entry.name)
        if is_consequence:
            return
        use_condition = condition_of_use(entry)
        if use_condition is None or entry.used is None:
            words = self._why_never_shown(entry, name)
            yield _problem(entry.file, entry.node, ("show-if",), words)
            return
        self._never_used.append(entry.used.place)
        yield Problem.at(*use_condition, phrase("never-used", section=entry.used.section))

    def _why_never_shown(self, entry: Entry, name: Phrase) -> Phrase:
        """Return the reason: two parts that exclude each other, an earlier end, or neither."""
        raw = entry.step.show_if if entry.step is not None else None
        parsed = parse_condition(raw)[0]
        parts = parsed.parts if isinstance(parsed, AllOf) else ()
        compared = [part for part in parts if isinstance(part, Compare) and part.allowed]
        for first, second in combinations(compared, 2):
            both = [self._space.truth_of_compare(part).holds for part in (first, second)]
            if all(map(self._clauses.can_hold, both)) and not self._clauses.can_hold(*both):
                why = phrase(
                    "never-together", first=_comparison_text(first), second=_comparison_text(second)
                )
                if first.left == second.left:
                    listed = ", ".join((*first.allowed, *second.allowed))
                    why = phrase("never-both", left=first.left, listed=listed)
                return phrase("never-shown", what=name, why=why)
        return phrase("never-shown", what=name, why=self._why_ended_before(entry, raw))

    def _why_ended_before(self, entry: Entry, raw: JsonValue) -> Phrase:
        """Return the reason why a step is never shown that names the end above it, if one is."""
        holds = self._space.truth(raw).holds
        for other, literals in zip(self._entries, self._space.step_literals, strict=True):
            if other is entry:
                break
            if not isinstance(other.step, End) or not self._clauses.can_hold(
                literals.reached, holds
            ):
                continue
            if not self._clauses.can_hold(literals.reached, holds, -literals.is_shown):
                line = other.node.find((other.word,)).line
                return phrase("taken-by-end", end=other.step.end, line=line)
        return phrase("never-holds-at-all")

    def _value_claims(
        self, raw: JsonValue, live: Literal, file: str, node: Node, path: KeyPath
    ) -> Iterator[Problem]:
        """Check that each value that a condition names is possible where `live` holds."""
        for compare in comparisons_in(raw):
            if compare.named:  # checked once, where the named condition is written
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

    def _table_claims(self, name: str, table: tuple[Row, ...]) -> Iterator[Problem]:
        remaining = [self._any_ticket]
        covered: dict[int, list[int]] = {}
        for index, row in enumerate(table):
            is_otherwise = row.otherwise is not None
            holds = self._clauses.true if is_otherwise else self._space.truth(row.when).holds
            if not self._clauses.can_hold(*remaining, holds):
                path: KeyPath = ("ticket", name, index)
                words = self._why_row_never_counts(name, None if is_otherwise else index + 1, holds)
                if (covering := self._covering_row(table, index, holds)) is None:
                    yield _problem(self._parsed.file, self._parsed.root, path, words)
                else:
                    covered.setdefault(covering, []).append(index)
            elif row.when is not None:
                when: KeyPath = ("ticket", name, index, "when")
                file, root = self._parsed.file, self._parsed.root
                yield from self._value_claims(row.when, self._any_ticket, file, root, when)
            # The first row that holds wins, so a later row counts only where this one doesn't.
            remaining.append(-holds)
        for covering, rows in covered.items():
            place: KeyPath = ("ticket", name, rows[0])
            why = phrase("taken-by-row", wider=covering + 1)
            words = phrase("never-counts", row=rows[0] + 1, table=name, why=why)
            if len(rows) > 1:  # moving the one row above them mends all: one message
                listed = Listed(tuple(str(row + 1) for row in rows), "and")
                words = phrase("rows-never-count", rows=listed, table=name, wider=covering + 1)
            yield _problem(self._parsed.file, self._parsed.root, place, words)

    def _covering_row(self, table: tuple[Row, ...], index: int, holds: Literal) -> int | None:
        """Return the index of an earlier row that alone covers every case of this one, or None."""
        if table[index].otherwise is not None or not self._clauses.can_hold(
            self._any_ticket, holds
        ):
            return None
        for other in range(index):
            others = self._space.truth(table[other].when).holds
            if not self._clauses.can_hold(self._any_ticket, holds, -others):
                return other
        return None

    def _why_row_never_counts(self, table: str, row: int | None, holds: Literal) -> Phrase:
        """Return the reason why a row never counts; `row` is None for the `otherwise` row."""
        if row is None:
            return phrase("otherwise-never", table=table)
        can_hold = self._clauses.can_hold(self._any_ticket, holds)
        why = phrase("taken-before") if can_hold else phrase("never-in-a-ticket")
        return phrase("never-counts", row=row, table=table, why=why)

    # Ends

    def _end_claims(self) -> Iterator[Problem]:
        if not self._clauses.can_hold(self._space.ticket):
            words = phrase("never-ticket")
            yield _problem(self._parsed.file, self._parsed.root, ("steps",), words, on_key=True)


def _comparison_text(compare: Compare) -> str:
    return f"{compare.left}: {', '.join(compare.allowed)}"


def _step_phrase(entry: Entry) -> Phrase:
    if isinstance(entry.step, End):
        return phrase("the-end", end=entry.step.end)
    return phrase("the-named-step", step=entry.name)


def _problem(
    file: str, node: Node, path: KeyPath, words: Phrase, *, on_key: bool = False
) -> Problem:
    return Problem.at(file, node.find(path, on_key=on_key), words)
