"""
All cases of a checklist as propositions: every answer, every measurement, every path.

In one case, each question that is shown has any accepted answer or "don't know"; each check is done
or not, with any facts that one diagnosis may report together; advice helped or didn't. A measured
answer isn't binding: before the check ends, on the review and after an edit the customer may
correct it, so measured questions are as free as others. Conditions are three-valued as in
`conditions.py`: one literal for "holds", one for "doesn't hold"; neither means unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from diagnostics import Fact, facts_of
from intake.authoring.proof.clauses import Clauses, Literal
from intake.authoring.proof.condition_truth import ConditionTruth
from intake.authoring.proof.diagnosis_facts import LINKED_FACTS, add_report_constraints
from intake.authoring.proof.proposals import deciding_words, measured_answer_literal
from intake.authoring.proof.variables import StepLiterals, TruthLiterals, Variable, atoms_of
from intake.journey.answer_source import unit_of_fact
from intake.journey.conditions import Compare, comparisons_in
from intake.journey.draft import ENVIRONMENT
from intake.journey.fact_words import LEAST_DAYS, counts_days
from intake.journey.model import Row
from intake.journey.operands import OperandType, facts_of_step, operand_of_fact, operand_of_step
from intake.journey.placeholders import values_in_texts
from intake.journey.steps import Ask, Check, End, Step, Tell, conditions_of, conditions_of_rows


@dataclass(slots=True)
class Space:
    """
    The cases of a sequence of steps.

    `ticket` holds where the journey ends in a ticket, `handed_over` where it ends in a hand-over
    to a person.
    """

    clauses: Clauses
    steps: Sequence[Step]
    tables: Sequence[tuple[Row, ...]]
    conditions: Sequence[JsonValue] = ()
    variables: dict[str, Variable] = field(default_factory=dict)
    step_literals: list[StepLiterals] = field(default_factory=list)
    ticket: Literal = 0
    handed_over: Literal = 0
    _words: dict[str, dict[str, None]] = field(default_factory=dict)
    _by_id: dict[str, Step] = field(default_factory=dict)

    def build(self) -> None:
        """Add the clauses of every step to the solver; call it once."""
        self._by_id = {step.id: step for step in self.steps}
        # First, because a number is modelled by the intervals that all conditions distinguish.
        self._gather_words()
        live = self.clauses.true
        ends: dict[str, list[Literal]] = {"ticket": [], "hand-over": [], "solved": []}
        for step in self.steps:
            is_shown = self.clauses.all_of((live, self.truth(step.show_if).holds))
            answer = self._ask(step, is_shown) if isinstance(step, Ask) else self.clauses.false
            self.step_literals.append(StepLiterals(step, live, is_shown, answer))
            if isinstance(step, Check):
                self._check(step, is_shown)
            elif isinstance(step, End):
                ends[step.end].append(is_shown)
                # An end that is shown ends the journey: later steps are out of reach.
                live = self.clauses.all_of((live, -is_shown))
            elif isinstance(step, Tell):
                live = self._tell(step, live, is_shown)
        self.ticket = self.clauses.any_of((live, *ends["ticket"]))
        self.handed_over = self.clauses.any_of(ends["hand-over"])

    def _gather_words(self) -> None:
        raws = [raw for step in self.steps for raw in conditions_of(step)]
        raws += self.conditions
        raws += [raw for table in self.tables for raw in conditions_of_rows(table)]
        for raw in raws:
            for compare in comparisons_in(raw):
                self._words.setdefault(compare.left, {}).update(dict.fromkeys(compare.allowed))
        for left in (name for step in self.steps for name in sorted(values_in_texts(step))):
            # Texts can't word less than one remaining day: that needs an interval of its own.
            fewer = f"< {LEAST_DAYS}" if counts_days(self.fact_of(left)) else None
            self._words.setdefault(left, {}).update({fewer: None} if fewer else {})
        for ask in self.steps:
            if isinstance(ask, Ask) and isinstance(ask.answer_from, str):
                words = deciding_words(ask, unit_of_fact(ask.answer_from, self._by_id))
                self._words.setdefault(ask.answer_from, {}).update(dict.fromkeys(words))

    def fact_of(self, left: str) -> Fact | None:
        """Return the fact that a left side names, or None if it names an answer."""
        name, _, fact = left.partition(".")
        return facts_of_step(self._by_id.get(name)).get(fact)

    # Steps

    def _ask(self, ask: Ask, is_shown: Literal) -> Literal:
        """Add a question; return the literal that a measurement answers it."""
        variable = self._variable(ask.id, operand_of_step(ask))
        self.clauses.implies(variable.known, is_shown)
        self._facts_of_answer(ask, variable)
        unit = ""
        if isinstance(ask.answer_from, str):
            unit = unit_of_fact(ask.answer_from, self._by_id)
        truth = self._conditions
        return measured_answer_literal(self.clauses, truth, ask, unit=unit, find=self.variable)

    def _facts_of_answer(self, ask: Ask, answer: Variable) -> None:
        """Let facts that are read from an answer be known only where there is an answer."""
        for name, fact in facts_of_step(ask).items():
            left = f"{ask.id}.{name}"
            if left in self._words:
                variable = self._variable(left, operand_of_fact(fact))
                self.clauses.implies(variable.known, answer.known)

    def _check(self, check: Check, is_shown: Literal) -> None:
        target = self.variable(check.of)
        done = self.clauses.new()
        self.clauses.implies(done, is_shown)
        # A check needs a target; without an answer to `of` it never runs.
        self.clauses.implies(done, target.known if target else self.clauses.false)
        for name, fact in facts_of(check.diagnose).items():
            left = f"{check.id}.{name}"
            # Only facts that the checklist reads: each further one slows down every query.
            if left in self._words or name in LINKED_FACTS:
                variable = self._variable(left, operand_of_fact(fact))
                self.clauses.implies(variable.known, done)
        add_report_constraints(self.clauses, self.variables, check.id, done)

    def _tell(self, tell: Tell, live: Literal, is_shown: Literal) -> Literal:
        variable = self._variable(tell.id, operand_of_step(tell))
        self.clauses.implies(variable.known, is_shown)
        self.clauses.implies(is_shown, variable.known)  # the journey waits for a tap on advice
        solved = variable.literal_of("solved")
        return live if solved is None else self.clauses.all_of((live, -solved))

    # Left sides

    def variable(self, left: str) -> Variable | None:
        """Return the variable of a left side, or None; creates those of `environment` on demand."""
        if left not in self.variables and left.partition(".")[0] == ENVIRONMENT:
            self._variable(left, OperandType())
        return self.variables.get(left)

    def _variable(self, left: str, operand: OperandType) -> Variable:
        atoms = atoms_of(left, operand, self._words.get(left, ()))
        literals = {atom: self.clauses.new() for atom in atoms}
        # The findings of a finished check are known even if there are none.
        if operand.has_several and left.partition(".")[2] == "finding":
            known = self.clauses.new()
            for literal in literals.values():
                self.clauses.implies(literal, known)
        else:
            known = self.clauses.any_of(literals.values())
            if not operand.has_several:
                self.clauses.at_most_one(tuple(literals.values()))
        variable = self.variables[left] = Variable(left, literals, known)
        return variable

    # Conditions

    @property
    def _conditions(self) -> ConditionTruth:
        return ConditionTruth(self.clauses, self.variable)

    def truth(self, raw: JsonValue) -> TruthLiterals:
        """Return the literals of a condition as written; None stands for one that always holds."""
        return self._conditions.literals(raw)

    def truth_of_compare(self, compare: Compare) -> TruthLiterals:
        """Return the literals of one comparison."""
        return self._conditions.comparison_literals(compare)
