"""A SAT solver's clauses: literals, gates, and queries under assumptions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Final, Self

from pysat.solvers import Solver

Literal = int
_REMEMBERED_CASES: Final = 64  # most queries are answered by one of them, without the solver
# Conflicts rather than seconds, so that a file gets the same verdict on any machine.
_MAX_CONFLICTS_PER_QUERY: Final = 20_000  # past that the query counts as not proven
# A file with one hard condition queries it again and again; later queries get a smaller budget.
_MAX_CONFLICTS: Final = 40_000
_MIN_CONFLICTS: Final = 1_000


class Undecided(Exception):  # noqa: N818 - a state of knowledge, no fault
    """The solver's budget ran out: the claim is neither proven nor refuted."""


class Clauses:
    """
    A growing set of clauses. Literals are positive and negative numbers, as in DIMACS.

    `true` is the literal that always holds. Equal gates share one literal.
    """

    def __init__(self) -> None:
        self._solver = Solver(name="minisat22")
        self._count = 0
        self._cases: deque[frozenset[Literal]] = deque(maxlen=_REMEMBERED_CASES)
        self._last_case: frozenset[Literal] = frozenset()
        self._gates: dict[tuple[str, tuple[Literal, ...]], Literal] = {}
        self._literals_by_key: dict[tuple[object, ...], Literal] = {}
        self.true = self.new()
        self.add(self.true)

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
    def false(self) -> Literal:
        """The literal that never holds."""
        return -self.true

    def new(self) -> Literal:
        """Return a new literal without constraints."""
        self._count += 1
        return self._count

    def add(self, *literals: Literal) -> None:
        """Require that at least one of the literals holds."""
        self._cases.clear()
        self._solver.add_clause(list(literals))

    def literal_of(self, key: tuple[object, ...]) -> Literal:
        """Return the literal registered under a key, and make one for a new key."""
        if key not in self._literals_by_key:
            self._literals_by_key[key] = self.new()
        return self._literals_by_key[key]

    def implies(self, cause: Literal, *effects: Literal) -> None:
        """Require at least one of the effects wherever the cause holds."""
        self.add(-cause, *effects)

    def at_most_one(self, literals: Sequence[Literal]) -> None:
        """Require that no two of the literals hold (ladder encoding: three clauses for each)."""
        previous: Literal | None = None
        for literal in literals:
            if previous is None:
                previous = literal
                continue
            self.add(-previous, -literal)
            any_so_far = self.new()
            self.implies(previous, any_so_far)
            self.implies(literal, any_so_far)
            previous = any_so_far

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        """Return a literal that holds exactly when all of these do."""
        parts = sorted({literal for literal in literals if literal != self.true})
        if self.false in parts or any(-part in parts for part in parts):
            return self.false
        if not parts:
            return self.true
        if len(parts) == 1:
            return parts[0]
        key = "and", tuple(parts)
        if key not in self._gates:
            gate = self._gates[key] = self.new()
            # Not `add`: defining a gate rules out no case, so the remembered cases stay valid.
            for part in parts:
                self._solver.add_clause([-gate, part])
            self._solver.add_clause([gate, *(-part for part in parts)])
        return self._gates[key]

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """Return a literal that holds exactly when at least one of these does."""
        # De Morgan's law, so that an "or" shares the gate of the equal "and".
        return -self.all_of(-literal for literal in literals)

    def can_hold(self, *assumed: Literal) -> bool:
        """
        Check whether all these literals can hold at once.

        Raises:
            Undecided: The budget ran out before a case or a proof was found.
        """
        for case in self._cases:
            if case.issuperset(assumed):
                self._last_case = case
                return True
        left = _MAX_CONFLICTS - self._solver.accum_stats()["conflicts"]
        self._solver.conf_budget(min(_MAX_CONFLICTS_PER_QUERY, max(left, _MIN_CONFLICTS)))
        answer = self._solver.solve_limited(assumptions=list(assumed))
        if answer is None:
            raise Undecided
        if answer:
            self._last_case = frozenset(self._solver.get_model() or ())
            self._cases.append(self._last_case)
        return bool(answer)

    def last_case(self) -> frozenset[Literal]:
        """Return all literals that hold in the case which the last satisfiable query found."""
        return self._last_case

    def minimal_reason(
        self, goal: Literal, case: Iterable[Literal], *, assumed: Iterable[Literal] = ()
    ) -> tuple[Literal, ...]:
        """
        Return a minimal subset of a case's literals that implies the goal.

        Empty if the goal holds without them. Dropping any literal of the result would lose the
        implication; literals early in `case` are kept in preference to later ones. `assumed`
        literals are taken for granted and never part of the result.
        """
        chosen, granted = list(case), list(assumed)
        if self.can_hold(-goal, *granted, *chosen):
            return tuple(chosen)
        # Remembered cases never answer "no", so the solver's core belongs to this very query.
        core = set(self._solver.get_core() or ())
        needed = [literal for literal in chosen if literal in core]
        for literal in reversed(list(needed)):
            fewer = [other for other in needed if other != literal]
            if not self.can_hold(-goal, *granted, *fewer):
                needed = fewer
        return tuple(needed)
