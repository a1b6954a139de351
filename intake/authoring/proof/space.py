"""
All cases of a checklist at once, as propositions: every answer, every measurement, every path.

What a case is: each question answered by any of its choices or not at all; each check done or
not, with any facts that one diagnosis may give together; advice that helped or not. Conditions
are three-valued as in `conditions.py`: a pair of literals, "holds" and "doesn't hold", and unknown
is neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from diagnostics import CODES, facts_of
from intake.authoring.proof.clauses import Clauses, Literal
from intake.authoring.proof.variables import OTHER, Atom, Reached, TruthLiterals, Variable, samples
from intake.journey.conditions import (
    UNKNOWN,
    Compare,
    Condition,
    Every,
    Opposite,
    compares_in,
    compile_condition,
    parse_condition,
)
from intake.journey.model import Row
from intake.journey.operands import (
    ENVIRONMENT,
    OperandType,
    facts_of_step,
    operand_of_fact,
    operand_of_step,
)
from intake.journey.steps import Ask, Check, End, Step, Tell, conditions_of, conditions_of_rows


@dataclass(slots=True)
class Space:
    """The cases of a sequence of steps. `ticket` holds where the journey ends in a ticket."""

    clauses: Clauses
    steps: Sequence[Step]
    tables: Sequence[tuple[Row, ...]]
    variables: dict[str, Variable] = field(default_factory=dict)
    reached: list[Reached] = field(default_factory=list)
    ticket: Literal = 0
    _words: dict[str, dict[str, None]] = field(default_factory=dict)
    _checks: dict[str, Check] = field(default_factory=dict)

    def build(self) -> None:
        """Give the solver the clauses of every step; to be called once."""
        # First, because a number stands for the stretches that all conditions together tell apart.
        self._gather_words()
        live = self.clauses.yes
        ends: list[Literal] = []
        for step in self.steps:
            truth = self.truth(step.show_if)
            is_shown = self.clauses.all_of((live, truth.holds))
            if isinstance(step, Check):
                self._check(step, is_shown)
                self.reached.append(Reached(step, live, is_shown, is_shown, self.clauses.no))
            elif isinstance(step, End):
                self.reached.append(Reached(step, live, is_shown, is_shown, self.clauses.no))
                if step.end == "ticket":
                    ends.append(is_shown)
                # Behind an end that is shown nobody comes any further.
                live = self.clauses.all_of((live, -is_shown))
            elif isinstance(step, Tell):
                live = self._tell(step, live, is_shown)
            else:
                self._ask(step, live, is_shown)
        self.ticket = self.clauses.any_of((live, *ends))

    def _gather_words(self) -> None:
        raws = [raw for step in self.steps for raw in conditions_of(step)]
        raws += [raw for table in self.tables for raw in conditions_of_rows(table)]
        for raw in raws:
            for compare in compares_in(raw):
                self._words.setdefault(compare.left, {}).update(dict.fromkeys(compare.allowed))

    # Steps

    def _ask(self, ask: Ask, live: Literal, shown: Literal) -> None:
        variable = self._variable(ask.id, operand_of_step(ask))
        self.clauses.implies(variable.known, shown)
        self._facts_of_answer(ask, variable)
        proposals = list(self._proposals(ask))
        proposed = self.clauses.any_of(holds for holds, _ in proposals)
        asked = shown
        if ask.if_measured == "skip":
            asked = self.clauses.all_of((shown, -proposed))
            # What was measured is the answer, and no screen lets the customer say otherwise.
            for holds, word in proposals:
                literal = variable.of(word)
                if literal is not None:
                    self.clauses.add(-shown, -holds, literal)
        self.reached.append(Reached(ask, live, shown, asked, proposed))

    def _facts_of_answer(self, ask: Ask, answer: Variable) -> None:
        """What is read from an answer may be known only where there is one."""
        for name, fact in facts_of_step(ask).items():
            left = f"{ask.id}.{name}"
            if left in self._words or self._is_source(left):
                variable = self._variable(left, operand_of_fact(fact))
                self.clauses.implies(variable.known, answer.known)

    def _proposals(self, ask: Ask) -> Iterator[tuple[Literal, str]]:
        """What measurements answer to a question: when, and which word."""
        allowed = operand_of_step(ask).values
        if isinstance(ask.answer_from, str):
            variable = self.variable(ask.answer_from)
            for atom, literal in variable.says.items() if variable else ():
                if allowed is None or atom.word in allowed:
                    yield literal, atom.word
            return
        before: list[Literal] = []
        for row in ask.answer_from or ():
            holds = self.truth(row.when).holds
            # The first row that holds gives the answer.
            first = self.clauses.all_of((holds, *(-earlier for earlier in before)))
            before.append(holds)
            if allowed is None or str(row.is_) in allowed:
                yield first, str(row.is_)

    def _check(self, check: Check, shown: Literal) -> None:
        target = self.variable(check.of)
        done = self.clauses.new()
        self.clauses.implies(done, shown)
        # A check needs a target; without an answer to `of` it never runs.
        self.clauses.implies(done, target.known if target else self.clauses.no)
        self._checks[check.id] = check
        for name, fact in facts_of(check.diagnose).items():
            left = f"{check.id}.{name}"
            # Only the facts that something reads: each one more makes every question harder.
            if left in self._words or name in _TOGETHER or self._is_source(left):
                variable = self._variable(left, operand_of_fact(fact))
                self.clauses.implies(variable.known, done)
        self._say_what_goes_together(check.id, done)

    def _is_source(self, left: str) -> bool:
        return any(isinstance(step, Ask) and step.answer_from == left for step in self.steps)

    def _tell(self, tell: Tell, live: Literal, shown: Literal) -> Literal:
        variable = self._variable(tell.id, operand_of_step(tell))
        self.clauses.implies(variable.known, shown)
        self.clauses.implies(shown, variable.known)  # nobody passes advice without a tap
        self.reached.append(Reached(tell, live, shown, shown, self.clauses.no))
        solved = variable.of("solved")
        return live if solved is None else self.clauses.all_of((live, -solved))

    # What one diagnosis may say together

    def _say_what_goes_together(self, check: str, done: Literal) -> None:
        finding, cause = self.variables[f"{check}.finding"], self.variables[f"{check}.cause"]
        self.clauses.add(-done, finding.known)
        self.clauses.add(-finding.known, done)
        for code in CODES:
            is_found, leads = finding.of(code), cause.of(code)
            if is_found is not None and leads is not None:
                self.clauses.implies(leads, is_found)  # the root cause is a finding
                self.clauses.implies(is_found, cause.known)  # with findings one of them leads
                self._say_of_cause(check, code, leads)
        self._say_of_verdict(check, finding)

    def _say_of_cause(self, check: str, code: str, leads: Literal) -> None:
        layer = self.variables[f"{check}.layer"].of(CODES[code].layer)
        if layer is not None:
            self.clauses.implies(leads, layer)
        severity = self.variables[f"{check}.severity"]
        is_info = severity.of("info")
        if is_info is not None:
            self.clauses.implies(leads, severity.known)
            is_worst = is_info if CODES[code].severity == "info" else -is_info
            self.clauses.implies(leads, is_worst)

    def _say_of_verdict(self, check: str, finding: Variable) -> None:
        verdict, severity = (
            self.variables[f"{check}.verdict"],
            self.variables[f"{check}.severity"],
        )
        for variable in (verdict, self.variables[f"{check}.layer"], severity):
            self.clauses.implies(variable.known, finding.known)
        self.clauses.implies(finding.known, verdict.known)
        pairs = (("fault", "critical"), ("degraded", "warning"))
        for word, worst in pairs:
            says_so, grave = verdict.of(word), severity.of(worst)
            if says_so is not None and grave is not None:
                self.clauses.implies(says_so, grave)
        healthy, fine = verdict.of("healthy"), finding.of("ok.reachable")
        if healthy is not None and fine is not None:
            self.clauses.implies(healthy, fine)
            self.clauses.implies(fine, healthy)
            for worst in ("critical", "warning"):
                grave = severity.of(worst)
                if grave is not None:
                    self.clauses.implies(healthy, -grave)

    # Left sides

    def variable(self, left: str) -> Variable | None:
        """The variable of a left side; those of `environment` are made when first asked for."""
        if left not in self.variables and left.partition(".")[0] == ENVIRONMENT:
            self._variable(left, OperandType())
        return self.variables.get(left)

    def _variable(self, left: str, side: OperandType) -> Variable:
        atoms = list(self._atoms(left, side))
        says = {atom: self.clauses.new() for atom in atoms}
        # A check that is done knows its findings, even when there are none.
        if side.has_several and left.partition(".")[2] == "finding":
            known = self.clauses.new()
            for literal in says.values():
                self.clauses.implies(literal, known)
        else:
            known = self.clauses.any_of(says.values())
            if not side.has_several:
                self.clauses.at_most_one(tuple(says.values()))
        variable = self.variables[left] = Variable(left, says, known)
        return variable

    def _atoms(self, left: str, side: OperandType) -> Iterator[Atom]:
        if side.values is not None:
            yield from (Atom(left, value) for value in side.values)
        elif side.is_number:
            yield from (
                Atom(left, f"{number:g}", number) for number in samples(self._words.get(left, ()))
            )
        else:
            named = (word for word in self._words.get(left, ()) if word != UNKNOWN)
            yield from (Atom(left, word) for word in named)
            yield Atom(left, OTHER)

    # Conditions

    def truth(self, raw: JsonValue) -> TruthLiterals:
        """The literals of a condition as written; one that is not there always holds."""
        if raw is None:
            return TruthLiterals(self.clauses.yes, self.clauses.no)
        return self.truth_of(parse_condition(raw)[0])

    def truth_of(self, condition: Condition) -> TruthLiterals:
        """The literals of a parsed condition."""
        if isinstance(condition, Compare):
            return self.truth_of_compare(condition)
        if isinstance(condition, Opposite):
            holds, fails = self.truth_of(condition.part)
            return TruthLiterals(fails, holds)
        parts = [self.truth_of(part) for part in condition.parts]
        if isinstance(condition, Every):
            return TruthLiterals(
                self.clauses.all_of(part.holds for part in parts),
                self.clauses.any_of(part.fails for part in parts),
            )
        return TruthLiterals(
            self.clauses.any_of(part.holds for part in parts),
            self.clauses.all_of(part.fails for part in parts),
        )

    def truth_of_compare(self, compare: Compare) -> TruthLiterals:
        """The literals of one comparison."""
        variable = self.variable(compare.left)
        if variable is None:
            return TruthLiterals(self.clauses.no, self.clauses.no)
        words = tuple(word for word in compare.allowed if word != UNKNOWN)
        matches = compile_condition({compare.left: list(words)}) if words else None
        hits = [
            literal
            for atom, literal in variable.says.items()
            if matches is not None and matches(_Says(atom))
        ]
        hit = self.clauses.any_of(hits)
        holds = (
            hit if UNKNOWN not in compare.allowed else self.clauses.any_of((-variable.known, hit))
        )
        return TruthLiterals(holds, self.clauses.all_of((variable.known, -hit)))


_TOGETHER = frozenset({"finding", "cause", "layer", "severity", "verdict"})


@dataclass(frozen=True, slots=True)
class _Says:
    """A lookup in which every left side says this one thing."""

    atom: Atom

    def __call__(self, _: str) -> JsonValue:
        return self.atom.word if self.atom.number is None else self.atom.number
