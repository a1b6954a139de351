"""Propositions for a SAT solver: literals, gates, and questions under assumptions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Final, Self

from pysat.solvers import Solver

Literal = int
_KEPT: Final = 64  # cases that are remembered: most questions are answered by one of them
# Conflicts rather than seconds, so that a file gets the same verdict on any machine.
MOST_CONFLICTS: Final = 20_000  # in one question; past that it counts as not proven
# A file with one hard condition asks about it again and again; later questions get less.
MOST_IN_ALL: Final = 40_000
_LEAST: Final = 1_000


class TooHard(Exception):  # noqa: N818 - a state of knowledge, no fault
    """The solver gave up within its budget: nothing is proven either way."""


class Clauses:
    """
    A growing set of clauses. Literals are positive and negative numbers, as in DIMACS.

    `yes` is the literal that always holds. Gates are made once for equal parts.
    """

    def __init__(self) -> None:
        self._solver = Solver(name="minisat22")
        self._count = 0
        self._cases: deque[frozenset[Literal]] = deque(maxlen=_KEPT)
        self._case: frozenset[Literal] = frozenset()
        self._gates: dict[tuple[str, tuple[Literal, ...]], Literal] = {}
        self._named: dict[tuple[object, ...], Literal] = {}
        self.yes = self.new()
        self.add(self.yes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._solver.delete()

    @property
    def no(self) -> Literal:
        """The literal that never holds."""
        return -self.yes

    def new(self) -> Literal:
        """A literal that nothing is said of yet."""
        self._count += 1
        return self._count

    def add(self, *literals: Literal) -> None:
        """At least one of them holds."""
        self._cases.clear()
        self._solver.add_clause(list(literals))

    def literal_of(self, key: tuple[object, ...]) -> Literal:
        """The literal that stands for something, the same for equal keys."""
        if key not in self._named:
            self._named[key] = self.new()
        return self._named[key]

    def implies(self, cause: Literal, *effects: Literal) -> None:
        """Where the cause holds, at least one of the effects does."""
        self.add(-cause, *effects)

    def at_most_one(self, literals: Sequence[Literal]) -> None:
        """No two of them hold (a ladder: three clauses each, whatever their number)."""
        before: Literal | None = None
        for literal in literals:
            if before is None:
                before = literal
                continue
            self.add(-before, -literal)
            so_far = self.new()
            self.implies(before, so_far)
            self.implies(literal, so_far)
            before = so_far

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        """A literal that holds exactly when all of these do."""
        parts = sorted({literal for literal in literals if literal != self.yes})
        if self.no in parts or any(-part in parts for part in parts):
            return self.no
        if not parts:
            return self.yes
        if len(parts) == 1:
            return parts[0]
        key = "and", tuple(parts)
        if key not in self._gates:
            gate = self._gates[key] = self.new()
            # A name for what is there already: no case found before becomes impossible.
            for part in parts:
                self._solver.add_clause([-gate, part])
            self._solver.add_clause([gate, *(-part for part in parts)])
        return self._gates[key]

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """A literal that holds exactly when at least one of these does."""
        # De Morgan's law, so that an "or" shares the gate of the equal "and".
        return -self.all_of(-literal for literal in literals)

    def can_hold(self, *assumed: Literal) -> bool:
        """
        Whether all these can hold at once.

        Raises:
            TooHard: neither a case nor a proof was found within the budget.
        """
        for case in self._cases:
            if case.issuperset(assumed):
                self._case = case
                return True
        left = MOST_IN_ALL - self._solver.accum_stats()["conflicts"]
        self._solver.conf_budget(min(MOST_CONFLICTS, max(left, _LEAST)))
        answer = self._solver.solve_limited(assumptions=list(assumed))
        if answer is None:
            raise TooHard
        if answer:
            self._case = frozenset(self._solver.get_model() or ())
            self._cases.append(self._case)
        return bool(answer)

    def case(self) -> frozenset[Literal]:
        """The case that the last question found: all literals that hold in it."""
        return self._case

    def reason(
        self, goal: Literal, case: Iterable[Literal], *, assumed: Iterable[Literal] = ()
    ) -> tuple[Literal, ...]:
        """
        The few literals of a case that make the goal hold, whatever else is so.

        Empty when it holds anyway. Each one is needed: left out, the goal might not hold. What
        comes first in the case is kept rather than what comes later. `assumed` holds anyway.
        """
        chosen, granted = list(case), list(assumed)
        if self.can_hold(-goal, *granted, *chosen):
            return tuple(chosen)
        # "No" never comes from the remembered cases, so the core is that of this very question.
        core = set(self._solver.get_core() or ())
        needed = [literal for literal in chosen if literal in core]
        for literal in reversed(list(needed)):
            fewer = [other for other in needed if other != literal]
            if not self.can_hold(-goal, *granted, *fewer):
                needed = fewer
        return tuple(needed)
