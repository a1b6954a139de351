"""
All cases of a checklist at once, as propositions: every answer, every measurement, every path.

What a case is: each question that is shown answered by anything that it may take, or by nothing
known; each check done or not, with any facts that one diagnosis may give together; advice that
helped or not. A measured answer binds nobody: before the check lands, on the review and after an
edit the customer may say otherwise, so the answer to a measured question is as free as any.
Conditions are three-valued as in `conditions.py`: a pair of literals, "holds" and "doesn't hold",
and unknown is neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from diagnostics import Fact, facts_of
from intake.authoring.proof.clauses import Clauses, Literal
from intake.authoring.proof.condition_truth import ConditionTruth
from intake.authoring.proof.diagnosis_facts import TOGETHER, say_what_goes_together
from intake.authoring.proof.proposals import proposed, words_that_tell
from intake.authoring.proof.variables import Reached, TruthLiterals, Variable, atoms_of
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

    `ticket` holds where the journey ends in a ticket, `handed_over` where a person takes over.
    """

    clauses: Clauses
    steps: Sequence[Step]
    tables: Sequence[tuple[Row, ...]]
    conditions: Sequence[JsonValue] = ()
    variables: dict[str, Variable] = field(default_factory=dict)
    reached: list[Reached] = field(default_factory=list)
    ticket: Literal = 0
    handed_over: Literal = 0
    _words: dict[str, dict[str, None]] = field(default_factory=dict)
    _by_id: dict[str, Step] = field(default_factory=dict)

    def build(self) -> None:
        """Give the solver the clauses of every step; to be called once."""
        self._by_id = {step.id: step for step in self.steps}
        # First, because a number stands for the stretches that all conditions together tell apart.
        self._gather_words()
        live = self.clauses.yes
        ends: dict[str, list[Literal]] = {"ticket": [], "hand-over": [], "solved": []}
        for step in self.steps:
            is_shown = self.clauses.all_of((live, self.truth(step.show_if).holds))
            answer = self._ask(step, is_shown) if isinstance(step, Ask) else self.clauses.no
            self.reached.append(Reached(step, live, is_shown, answer))
            if isinstance(step, Check):
                self._check(step, is_shown)
            elif isinstance(step, End):
                ends[step.end].append(is_shown)
                # Behind an end that is shown nobody comes any further.
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
            # Of days that are left fewer than one can't be said: a stretch of its own.
            fewer = f"< {LEAST_DAYS}" if counts_days(self.fact_of(left)) else None
            self._words.setdefault(left, {}).update({fewer: None} if fewer else {})
        for ask in self.steps:
            if isinstance(ask, Ask) and isinstance(ask.answer_from, str):
                telling = words_that_tell(ask, unit_of_fact(ask.answer_from, self._by_id))
                self._words.setdefault(ask.answer_from, {}).update(dict.fromkeys(telling))

    def fact_of(self, left: str) -> Fact | None:
        """The fact that a left side names, if it names one."""
        name, _, fact = left.partition(".")
        return facts_of_step(self._by_id.get(name)).get(fact)

    # Steps

    def _ask(self, ask: Ask, is_shown: Literal) -> Literal:
        """The literal of a measurement that answers the question."""
        variable = self._variable(ask.id, operand_of_step(ask))
        self.clauses.implies(variable.known, is_shown)
        self._facts_of_answer(ask, variable)
        unit = ""
        if isinstance(ask.answer_from, str):
            unit = unit_of_fact(ask.answer_from, self._by_id)
        truth = self._conditions
        return proposed(self.clauses, truth, ask, unit=unit, find=self.variable)

    def _facts_of_answer(self, ask: Ask, answer: Variable) -> None:
        """What is read from an answer may be known only where there is one."""
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
        self.clauses.implies(done, target.known if target else self.clauses.no)
        for name, fact in facts_of(check.diagnose).items():
            left = f"{check.id}.{name}"
            # Only the facts that something reads: each one more makes every question harder.
            if left in self._words or name in TOGETHER:
                variable = self._variable(left, operand_of_fact(fact))
                self.clauses.implies(variable.known, done)
        say_what_goes_together(self.clauses, self.variables, check.id, done)

    def _tell(self, tell: Tell, live: Literal, is_shown: Literal) -> Literal:
        variable = self._variable(tell.id, operand_of_step(tell))
        self.clauses.implies(variable.known, is_shown)
        self.clauses.implies(is_shown, variable.known)  # nobody passes advice without a tap
        solved = variable.of("solved")
        return live if solved is None else self.clauses.all_of((live, -solved))

    # Left sides

    def variable(self, left: str) -> Variable | None:
        """The variable of a left side; those of `environment` are made when first asked for."""
        if left not in self.variables and left.partition(".")[0] == ENVIRONMENT:
            self._variable(left, OperandType())
        return self.variables.get(left)

    def _variable(self, left: str, operand: OperandType) -> Variable:
        atoms = atoms_of(left, operand, self._words.get(left, ()))
        says = {atom: self.clauses.new() for atom in atoms}
        # A check that is done knows its findings, even when there are none.
        if operand.has_several and left.partition(".")[2] == "finding":
            known = self.clauses.new()
            for literal in says.values():
                self.clauses.implies(literal, known)
        else:
            known = self.clauses.any_of(says.values())
            if not operand.has_several:
                self.clauses.at_most_one(tuple(says.values()))
        variable = self.variables[left] = Variable(left, says, known)
        return variable

    # Conditions

    @property
    def _conditions(self) -> ConditionTruth:
        return ConditionTruth(self.clauses, self.variable)

    def truth(self, raw: JsonValue) -> TruthLiterals:
        """The literals of a condition as written; one that is not there always holds."""
        return self._conditions.of(raw)

    def truth_of_compare(self, compare: Compare) -> TruthLiterals:
        """The literals of one comparison."""
        return self._conditions.of_compare(compare)
