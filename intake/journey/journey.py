"""The steps reached, in order, given the answers and the measurements; it knows what is next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from diagnostics import as_address, read_target
from intake.journey.answers import Hint, Proposal, ReadTarget, accept
from intake.journey.check_runs import leading, run_name, targets_of
from intake.journey.checklist import Checklist, CompiledStep
from intake.journey.draft import ENVIRONMENT, NO_ANSWER, Answer, CheckRun, Draft, Source
from intake.journey.model import EndKind, Id
from intake.journey.path import CheckDue, PathStep
from intake.journey.proposals import propose
from intake.journey.steps import OF_PRODUCT, Ask, Check, End, Step, Tell
from intake.journey.support_desk import Product

SOLVED: Final = "solved"
# What the browser's own request tells has no time of measuring.
_NEVER = datetime.min.replace(tzinfo=UTC)
_NOTHING: Mapping[str, JsonValue] = {}


class Journey:
    """
    The customer's place in a checklist, computed from the draft alone.

    Nothing is stored here: going back, skipping, resuming and testing are the same computation.
    A new answer makes a new draft, and the draft a new Journey.

    A question that a running check may answer waits for it: `next` passes over it as long as
    there is something that only a person can answer.
    """

    def __init__(self, checklist: Checklist, draft: Draft) -> None:
        self.checklist = checklist
        self.draft = draft
        self._values: dict[str, JsonValue] = {}
        self._facts: dict[str, Mapping[str, JsonValue]] = {
            ENVIRONMENT: draft.environment.model_dump(exclude_none=True)
        }
        self._of = {check.id: check.of for check in checklist.checks}
        self._expected: dict[str, str] = {}
        self._due: list[CheckDue] = []
        self._running: dict[str, Check] = {}
        self._visible: list[PathStep] = []
        self._open: set[str] = set()  # steps and checks that may still bring something
        self._may_come: list[Ask] = []
        self._stop: EndKind | None = None
        self._ending: End | None = None
        self._walk()
        self._next = self._find_next()

    # The walk: one pass over the steps, in order.

    def _walk(self) -> None:
        for compiled in self.checklist.compiled:
            step = compiled.step
            truth = compiled.holds(self.lookup)
            if isinstance(step, Check):
                if truth:
                    self._pass_check(step)
            elif isinstance(step, End):
                if truth:
                    self._stop, self._ending = step.end, step
                    return
            elif truth:
                self._pass_shown(compiled, step)
                if self._stop:
                    return
            # Not shown yet, but perhaps later: progress counts it, and what depends on it stays
            # open.
            elif truth is None and self._is_open(compiled):
                self._open.add(step.id)
                if isinstance(step, Ask):
                    self._may_come.append(step)

    def _pass_check(self, check: Check) -> None:
        targets = self._targets(check)
        if not targets:
            if check.of in self._open:
                self._open.add(check.id)
            return
        expected = self._expected[check.id] = self._expect(check)
        runs = [self.draft.checks.get(run_name(check.id, place)) for place in range(len(targets))]
        is_running = False
        for place, (target, run) in enumerate(zip(targets, runs, strict=True)):
            # A run for the target before an edit says nothing of the new one.
            if run is None or (run.target, run.expected) != (target, expected):
                self._due.append(CheckDue(check, target, expected, run_name(check.id, place)))
                is_running = True
            is_running |= run is not None and run.state == "running"
        if is_running:
            self._running[check.id] = check
            self._open.add(check.id)
        # Where all failed nothing is open: a question that waited for these facts is asked instead
        # of waiting for ever.
        elif (leader := leading([run for run in runs if run is not None])) is not None:
            self._facts[check.id] = leader.facts

    def _targets(self, check: Check) -> tuple[str, ...]:
        """The targets of a check, if a visible step has some that can be read."""
        # The answer to a step that isn't shown any more stays in the draft, and counts for nothing.
        return targets_of(self.draft.answers.get(check.of)) if check.of in self._values else ()

    def expected_of(self, check: Check) -> str:
        """The addresses that a check's name should lead to, with commas between; "" for none."""
        # As it was when the check was passed: what is answered further down changes nothing.
        return self._expected.get(check.id, "")

    def _expect(self, check: Check) -> str:
        asked = self.checklist.by_id.get(check.expect or "")
        if check.expect == OF_PRODUCT and not (isinstance(asked, Ask) and asked.kind == "target"):
            return ", ".join(self.product[1].addresses) if self.product is not None else ""
        answer = self.draft.answers.get(check.expect or "")
        if answer is None or answer.insisted or check.expect not in self._values:
            return ""
        # A name says nothing of the address that is meant.
        typed = answer.value if isinstance(answer.value, str) else ""
        return typed if as_address(typed) is not None else ""

    @property
    def product(self) -> tuple[Id, Product] | None:
        """
        The product by name, as far as it is known.

        What the customer or the panel answers counts before what the checklist is about, and that
        before the department's usual one.
        """
        checklist = self.checklist
        answers = (self.lookup(ask.id) for ask in checklist.asks_with_role("product"))
        for name in (*answers, checklist.head.product, checklist.desk.product):
            if isinstance(name, str) and (product := checklist.desk.products.get(name)):
                return name, product
        return None

    def _pass_shown(self, compiled: CompiledStep, step: Ask | Tell) -> None:
        answer = self.draft.answers.get(step.id)
        if answer is not None and self._is_stale(compiled, answer):
            answer = None
        silent = False
        if answer is None and isinstance(step, Ask) and step.if_measured == "note":
            answer = self._measured(compiled)
            silent = answer is not None
        self._visible.append(PathStep(step, answer, silent))
        if answer is None:
            self._open.add(step.id)
        elif answer.value not in NO_ANSWER:
            self._values[step.id] = compiled.compared(answer.value)
            if compiled.facts is not None:
                self._facts[step.id] = compiled.facts(answer.value)
            if isinstance(step, Tell) and answer.value == SOLVED:
                self._stop = "solved"

    def _is_open(self, compiled: CompiledStep) -> bool:
        """Whether what a condition lacks may still come."""
        return any(
            left in self._open or left.partition(".")[0] in self._open for left in compiled.needs
        )

    def _is_stale(self, compiled: CompiledStep, answer: Answer) -> bool:
        """Whether an answer agreed or disagreed with the measurement of a target since changed."""
        if answer.source not in (Source.CONFIRMED, Source.CONTRADICTED):
            return False
        targets = (
            self.draft.answers.get(self._of[check])
            for check in compiled.from_checks
            if check in self._of
        )
        # `accept` keeps the time of an answer that is given again, so only a changed target is
        # newer.
        return any(target is not None and target.at > answer.at for target in targets)

    def _measured(self, compiled: CompiledStep) -> Answer | None:
        """The answer that a measurement gives without a screen."""
        proposal = propose(compiled, self.lookup)
        if proposal is None:
            return None
        runs = (self.draft.checks.get(check) for check in compiled.from_checks)
        times = [run.started_at for run in runs if run is not None]
        return Answer(
            value=proposal.value,
            source=proposal.source,
            measured=proposal.value,
            at=max(times) if times else _NEVER,
        )

    def _find_next(self) -> Ask | Tell | None:
        # Solved by advice: what is still open above it needs no answer any more.
        if self._stop == SOLVED and self._visible and isinstance(self._visible[-1].step, Tell):
            return None
        left = [entry.step for entry in self._visible if entry.answer is None]
        on_review = [step for step in left if isinstance(step, Ask) and step.is_on_review]
        before = [step for step in left if not (isinstance(step, Ask) and step.is_on_review)]
        if not before:
            return next((step for step in on_review if not step.optional), None)
        # Where everything left waits for a check, the first is asked rather than nothing shown.
        return next((step for step in before if not self.is_waiting(step)), before[0])

    # What others ask.

    def lookup(self, left: str) -> JsonValue:
        """The value of a step or of `check.fact`, as conditions read it; None when unknown."""
        if left in self._values:
            return self._values[left]
        name, dot, fact = left.partition(".")
        return self._facts.get(name, _NOTHING).get(fact) if dot else None

    @property
    def visible(self) -> tuple[PathStep, ...]:
        """Every question and advice that is to be shown as far as is known now, in order."""
        return tuple(self._visible)

    @property
    def path(self) -> tuple[PathStep, ...]:
        """What was reached, in order: everything answered, and the next one."""
        return tuple(
            entry for entry in self._visible if entry.answer is not None or entry.step is self._next
        )

    @property
    def next(self) -> Ask | Tell | None:
        """The step to show; None when only the review is left, or the customer solved it."""
        return self._next

    @property
    def for_review(self) -> tuple[Ask, ...]:
        """The questions of the last screen, in order; empty where the journey ends in no ticket."""
        if self._stop not in (None, "ticket"):
            return ()
        steps = (entry.step for entry in self._visible if not entry.is_known)
        return tuple(step for step in steps if isinstance(step, Ask) and step.is_on_review)

    @property
    def is_at_review(self) -> bool:
        """Whether all is asked that comes before the last screen, and that screen is due."""
        if self._next is None:
            return self.end == "ticket"
        return self._next in self.for_review

    @property
    def end(self) -> EndKind | None:
        """How the journey ends; None while something is left to ask."""
        return None if self._next is not None else self._stop or "ticket"

    @property
    def ending(self) -> End | None:
        """The `end` step that the journey ends at, once nothing is left to ask."""
        return self._ending if self._next is None else None

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the required questions that are to be shown and have no answer."""
        return tuple(
            entry.step.id
            for entry in self._visible
            if entry.answer is None and isinstance(entry.step, Ask) and entry.step.required
        )

    @property
    def progress(self) -> tuple[int, int]:
        """Questions answered, and questions expected in all; equal at the review."""
        asked = [
            entry
            for entry in self._visible
            if isinstance(entry.step, Ask) and not (entry.silent or entry.step.is_on_review)
        ]
        answered = sum(entry.answer is not None for entry in asked)
        if self._next is None or self._next in self.for_review:
            return answered, answered
        return answered, len(asked) + len(self._may_come)

    @property
    def checks_due(self) -> tuple[CheckDue, ...]:
        """The checks to start now: an edited target is due again."""
        return tuple(self._due)

    @property
    def checks_running(self) -> tuple[Check, ...]:
        """The checks whose result may still come, started or due."""
        return tuple(self._running.values())

    def runs_of(self, check: str) -> tuple[CheckRun, ...]:
        """The runs of a check for the very targets that are in the draft now, in their order."""
        targets = targets_of(self.draft.answers.get(self._of.get(check, "")))
        runs = (
            (target, self.draft.checks.get(run_name(check, place)))
            for place, target in enumerate(targets)
        )
        return tuple(run for target, run in runs if run is not None and run.target == target)

    def run_of(self, check: str) -> CheckRun | None:
        """The run of a check that tells: where it has several, the gravest of those that ended."""
        runs = self.runs_of(check)
        return leading(runs) or next(iter(runs), None)

    def proposal(self, step: Step | str) -> Proposal | None:
        """What was measured in answer to a step, or read from the customer's browser."""
        return propose(self._compiled(step), self.lookup)

    def is_waiting(self, step: Step | str) -> bool:
        """Whether a check still running may answer this step."""
        compiled = self._compiled(step)
        return bool(compiled.from_checks & self._running.keys()) and not propose(
            compiled, self.lookup
        )

    def accept(  # noqa: PLR0913  what one answer depends on
        self,
        step: Step | str,
        raw: JsonValue,
        *,
        now: datetime,
        zone: str | None = None,
        language: str | None = None,
        insisted: bool = False,
        read: ReadTarget = read_target,
    ) -> Answer | Hint:
        """
        One raw answer, checked and reconciled with what was measured.

        `raw` None is "I don't know". `zone` is the customer's IANA zone (the draft's environment
        by default), `language` that of the hint (the draft's by default). The same answer again
        is the same answer: it keeps its time, so that nothing is asked anew. `read` reads targets;
        give one that knows the operator's networks and ports.

        Raises:
            KeyError: the checklist has no such step.
            TypeError: the step is a check or an end, which nobody answers.
        """
        compiled = self._compiled(step)
        accepted = accept(
            compiled.step,
            raw,
            now=now,
            zone=zone or self.draft.environment.timezone or "UTC",
            language=language or self.draft.language,
            insisted=insisted,
            proposal=propose(compiled, self.lookup),
            read=read,
        )
        before = self.draft.answers.get(compiled.step.id)
        if (
            before is not None
            and not isinstance(accepted, Hint)
            and before.model_copy(update={"at": accepted.at}) == accepted
            and not self._is_stale(compiled, before)
        ):
            return before
        return accepted

    def with_answer(self, step: Step | str, answer: Answer) -> Journey:
        """The journey after one answer."""
        name = step if isinstance(step, str) else step.id
        answers = {**self.draft.answers, name: answer}
        return Journey(self.checklist, self.draft.model_copy(update={"answers": answers}))

    def with_check(self, run: CheckRun) -> Journey:
        """The journey after news of one check."""
        checks = {**self.draft.checks, run.step: run}
        return Journey(self.checklist, self.draft.model_copy(update={"checks": checks}))

    def _compiled(self, step: Step | str) -> CompiledStep:
        name = step if isinstance(step, str) else step.id
        return self.checklist.compiled_by_id[name]
