"""A customer's place in a checklist, computed from the answers and measurements so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from diagnostics import as_address, read_target
from intake.journey.answers import Hint, Proposal, ReadTarget, accept
from intake.journey.check_runs import gravest_run, run_name, targets_of
from intake.journey.checklist import Checklist, CompiledStep
from intake.journey.draft import ENVIRONMENT, NO_ANSWER, Answer, CheckRun, Draft, Source
from intake.journey.model import EndKind, Id
from intake.journey.path import CheckDue, PathStep
from intake.journey.proposals import propose
from intake.journey.steps import OF_PRODUCT, Ask, Check, End, Step, Tell
from intake.journey.support_desk import Product

SOLVED: Final = "solved"
# A value read from the browser's request has no time at which it was measured.
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
        self._target_step_of = {check.id: check.of for check in checklist.checks}
        self._expected: dict[str, str] = {}
        self._due: list[CheckDue] = []
        self._running: dict[str, Check] = {}
        self._visible: list[PathStep] = []
        self._open: set[str] = set()  # steps and checks whose value may still become known
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
            # Not shown yet, but perhaps later: progress counts it, and steps that depend on it stay
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
            # A run made before the target was edited says nothing about the new target.
            if run is None or (run.target, run.expected) != (target, expected):
                self._due.append(CheckDue(check, target, expected, run_name(check.id, place)))
                is_running = True
            is_running |= run is not None and run.state == "running"
        if is_running:
            self._running[check.id] = check
            self._open.add(check.id)
        # If every run failed, the check isn't marked open: a question that waited for its facts is
        # asked instead of waiting for ever.
        elif (run_to_read := gravest_run([run for run in runs if run is not None])) is not None:
            self._facts[check.id] = run_to_read.facts

    def _targets(self, check: Check) -> tuple[str, ...]:
        """Return the targets of a check, or () if its question isn't shown or names none."""
        # The draft keeps the answer to a step that is no longer shown; that answer is ignored here.
        return targets_of(self.draft.answers.get(check.of)) if check.of in self._values else ()

    def expected_of(self, check: Check) -> str:
        """Return the addresses that a check's name should resolve to, joined with ", ", or ""."""
        # Computed when the walk passed the check: answers to later steps must not change it.
        return self._expected.get(check.id, "")

    def _expect(self, check: Check) -> str:
        asked = self.checklist.by_id.get(check.expect or "")
        if check.expect == OF_PRODUCT and not (isinstance(asked, Ask) and asked.kind == "target"):
            return ", ".join(self.product[1].addresses) if self.product is not None else ""
        answer = self.draft.answers.get(check.expect or "")
        if answer is None or answer.insisted or check.expect not in self._values:
            return ""
        # Only an IP address can be compared with what DNS returns; a host name can't.
        typed = answer.value if isinstance(answer.value, str) else ""
        return typed if as_address(typed) is not None else ""

    @property
    def product(self) -> tuple[Id, Product] | None:
        """
        The product that the case is about, with its name, or None if it isn't known.

        An answer of the customer or the panel comes first, then the checklist's product, then the
        department's usual one.
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
            answer = self._answer_from_measurement(compiled)
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
        """Check whether a value that the step's condition needs may still become known."""
        return any(
            left in self._open or left.partition(".")[0] in self._open for left in compiled.needs
        )

    def _is_stale(self, compiled: CompiledStep, answer: Answer) -> bool:
        """Check whether the target changed after the answer was compared with its measurement."""
        if answer.source not in (Source.CONFIRMED, Source.CONTRADICTED):
            return False
        targets = (
            self.draft.answers.get(self._target_step_of[check])
            for check in compiled.from_checks
            if check in self._target_step_of
        )
        # `accept` keeps the time of an answer that is repeated, so only a changed target is newer.
        return any(target is not None and target.at > answer.at for target in targets)

    def _answer_from_measurement(self, compiled: CompiledStep) -> Answer | None:
        """Return the answer that a measurement gives to a step that isn't shown, or None."""
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
        # The customer solved it by this advice: the open questions above it need no answer.
        if self._stop == SOLVED and self._visible and isinstance(self._visible[-1].step, Tell):
            return None
        unanswered = [entry.step for entry in self._visible if entry.answer is None]
        on_review = [step for step in unanswered if isinstance(step, Ask) and step.is_on_review]
        before_review = [
            step for step in unanswered if not (isinstance(step, Ask) and step.is_on_review)
        ]
        if not before_review:
            return next((step for step in on_review if not step.optional), None)
        # If every remaining step waits for a check, show the first rather than an empty screen.
        return next((step for step in before_review if not self.is_waiting(step)), before_review[0])

    def lookup(self, left: str) -> JsonValue:
        """Return the value of a step or of `check.fact` as conditions read it; None if unknown."""
        if left in self._values:
            return self._values[left]
        name, dot, fact = left.partition(".")
        return self._facts.get(name, _NOTHING).get(fact) if dot else None

    @property
    def visible(self) -> tuple[PathStep, ...]:
        """The questions and advice known so far to be shown, in order."""
        return tuple(self._visible)

    @property
    def path(self) -> tuple[PathStep, ...]:
        """The steps reached, in order: those answered, and the next one."""
        return tuple(
            entry for entry in self._visible if entry.answer is not None or entry.step is self._next
        )

    @property
    def next(self) -> Ask | Tell | None:
        """The step to show; None if only the review is left, or the customer solved the problem."""
        return self._next

    @property
    def for_review(self) -> tuple[Ask, ...]:
        """The questions of the review screen, in order; empty if the end is no ticket."""
        if self._stop not in (None, "ticket"):
            return ()
        steps = (entry.step for entry in self._visible if not entry.is_known)
        return tuple(step for step in steps if isinstance(step, Ask) and step.is_on_review)

    @property
    def is_at_review(self) -> bool:
        """Whether the review screen is due: every question before it has been asked."""
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
        """The ids of the shown, required questions that have no answer."""
        return tuple(
            entry.step.id
            for entry in self._visible
            if entry.answer is None and isinstance(entry.step, Ask) and entry.step.required
        )

    @property
    def progress(self) -> tuple[int, int]:
        """The number of questions answered, and of questions expected; equal at the review."""
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
        """The checks to start now; a check is due again after its target was edited."""
        return tuple(self._due)

    @property
    def checks_running(self) -> tuple[Check, ...]:
        """The checks, started or due, whose result may still come."""
        return tuple(self._running.values())

    def runs_of(self, check: str) -> tuple[CheckRun, ...]:
        """Return the runs of a check for the targets that are in the draft now, in their order."""
        targets = targets_of(self.draft.answers.get(self._target_step_of.get(check, "")))
        runs = (
            (target, self.draft.checks.get(run_name(check, place)))
            for place, target in enumerate(targets)
        )
        return tuple(run for target, run in runs if run is not None and run.target == target)

    def run_of(self, check: str) -> CheckRun | None:
        """Return the run that conditions read: the gravest of those done, else the first."""
        runs = self.runs_of(check)
        return gravest_run(runs) or next(iter(runs), None)

    def proposal(self, step: Step | str) -> Proposal | None:
        """Return the answer that a measurement or the customer's browser proposes, or None."""
        return propose(self._compiled(step), self.lookup)

    def is_waiting(self, step: Step | str) -> bool:
        """Check whether a running check may still answer this step."""
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
        Check a raw answer and reconcile it with what was measured.

        `raw` None is "I don't know". `zone` is the customer's IANA zone (the draft's environment
        by default), `language` that of the hint (the draft's by default). A repeated answer that
        equals the stored one is returned with its original time, so that no step becomes stale.
        `read` parses targets; pass one that knows the operator's networks and ports.

        Raises:
            KeyError: the checklist has no such step.
            TypeError: the step is a check or an end, which take no answer.
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
        """Return the journey after one answer."""
        name = step if isinstance(step, str) else step.id
        answers = {**self.draft.answers, name: answer}
        return Journey(self.checklist, self.draft.model_copy(update={"answers": answers}))

    def with_check(self, run: CheckRun) -> Journey:
        """Return the journey after an update of one check run."""
        checks = {**self.draft.checks, run.step: run}
        return Journey(self.checklist, self.draft.model_copy(update={"checks": checks}))

    def _compiled(self, step: Step | str) -> CompiledStep:
        name = step if isinstance(step, str) else step.id
        return self.checklist.compiled_by_id[name]
