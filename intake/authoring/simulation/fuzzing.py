"""
Walks a checklist with generated customers to find dead ends, repeats, long paths and failures.

Hypothesis generates answers, "don't know", answers repeated after a hint, and checks that find
something, fail or end late. It shrinks each trouble to the shortest walk that still shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from diagnostics import facts_of
from intake.authoring.simulation.file_tests import NOON
from intake.authoring.simulation.mock_measurements import mock_facts
from intake.authoring.simulation.trouble import MAX_QUESTIONS, TROUBLE_KINDS, Trouble, TroubleKind
from intake.journey.answers import Hint
from intake.journey.checklist import Checklist
from intake.journey.conditions import bounds_of, comparisons_in
from intake.journey.draft import CheckRun, Draft
from intake.journey.items import items, priority, queue, subject
from intake.journey.journey import Journey
from intake.journey.kinds import choices_of, spec_of
from intake.journey.steps import Ask, Check, Tell, conditions_of

_MAX_STEPS: Final = 1_000  # a longer walk counts as endless


class _TroubleFound(Exception):  # noqa: N818 - the wanted result, not an error
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def find_troubles(
    checklist: Checklist, *, walks: int = 300, longest: int = MAX_QUESTIONS
) -> tuple[Trouble, ...]:
    """
    Return the shortest walk into each kind of trouble that this many walks find.

    Deterministic: equal arguments give equal results. `longest` is the number of questions above
    which a path is "too-long".
    """
    # All kinds at once first: a sound checklist costs one round of walks instead of four.
    if _find(checklist, TROUBLE_KINDS, walks, longest) is None:
        return ()
    troubles = (_find(checklist, (kind,), walks, longest) for kind in TROUBLE_KINDS)
    return tuple(trouble for trouble in troubles if trouble is not None)


def _find(
    checklist: Checklist, kinds: Sequence[TroubleKind], walks: int, longest: int
) -> Trouble | None:
    """Return the shortest walk into trouble of these kinds, or None."""
    phases = (Phase.generate, Phase.shrink)
    checks = list(HealthCheck)

    @settings(
        max_examples=walks,
        # Without a database no folder `.hypothesis` appears where the author works.
        database=None,
        deadline=None,
        # An author who runs it again after a change gets the same customers.
        derandomize=True,
        phases=phases,
        suppress_health_check=checks,
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(data=st.data())
    def walk(data: st.DataObject) -> None:
        customer = _Customer(checklist, data.draw)
        trouble = customer.walk(longest)
        if trouble is not None and trouble.kind in kinds:
            raise _TroubleFound(trouble)

    try:
        walk()
    except _TroubleFound as found:
        return found.trouble
    return None


def walk_once(checklist: Checklist, draw: Callable[..., JsonValue]) -> Trouble | None:
    """Walk to the end with choices by `draw`; return the trouble on the way, or None."""
    return _Customer(checklist, draw).walk(longest=_MAX_STEPS)


@dataclass
class _Customer:
    checklist: Checklist
    draw: Callable[..., JsonValue]
    path: list[str] = field(default_factory=list)
    shown_steps: list[str] = field(default_factory=list)

    def walk(self, longest: int) -> Trouble | None:
        """Walk to the end; return the trouble on the way, or None."""
        try:
            journey = self._to_the_end()
            if isinstance(journey, Trouble):
                return journey
            self._compose_ticket(self._with_additions(journey))
        except Exception as error:  # noqa: BLE001 - any exception is a trouble to report
            return self._trouble("failure", f"{type(error).__name__}: {error}")
        asked = [name for name in self.shown_steps if isinstance(self.checklist.by_id[name], Ask)]
        if len(asked) > longest:
            return self._trouble("too-long", f"{len(asked)} questions on one path")
        return None

    def _to_the_end(self) -> Journey | Trouble:
        journey = Journey(self.checklist, Draft(language="en"))
        for number in range(_MAX_STEPS):
            journey = self._measure(journey)
            step = journey.next
            if step is None:
                break
            if step.id in self.shown_steps:
                return self._trouble("asked-twice", f"'{step.id}' is asked a second time")
            self.shown_steps.append(step.id)
            answered = self._answer(journey, step, number)
            if answered is None:
                return self._trouble("dead-end", f"no answer to '{step.id}' is taken")
            journey = answered
        if journey.end is None or journey.missing:
            return self._trouble("dead-end", "the path doesn't end")
        return journey

    def _with_additions(self, journey: Journey) -> Journey:
        """Answer some of the optional questions on the last screen; they don't change the path."""
        for step in journey.for_review:
            if step.optional and self.draw(st.booleans()):
                journey = self._answer(journey, step, _MAX_STEPS) or journey
        return journey

    def _answer(self, journey: Journey, step: Ask | Tell, number: int) -> Journey | None:
        raw = self.draw(st.sampled_from(_answers(step)))
        now = NOON + timedelta(minutes=number)
        # As on the page: the first try may give a hint, the same answer again is accepted.
        for insisted in (False, True):
            accepted = journey.accept(step, raw, now=now, insisted=insisted)
            if not isinstance(accepted, Hint):
                self.path.append(f"{step.id}={_answer_text(raw)}")
                return journey.with_answer(step, accepted)
        return None

    def _measure(self, journey: Journey) -> Journey:
        """Start the checks that are due; let each running one end, fail, or go on running."""
        for due in journey.checks_due:
            run = CheckRun(
                step=due.run,
                target=due.target,
                expected=due.expected,
                state="running",
                started_at=NOON,
            )
            journey = journey.with_check(run)
        running = [
            (check, run)
            for check in journey.checks_running
            for run in journey.runs_of(check.id)
            if run.state == "running"
        ]
        for check, run in running:
            outcome = self.draw(st.sampled_from(["lands", "lands", "waits", "fails"]))
            if outcome == "fails":
                self.path.append(f"{check.id}:failed")
                journey = journey.with_check(run.model_copy(update={"state": "failed"}))
            elif outcome == "lands":
                facts = self._facts(check)
                self.path.append(f"{check.id}:{facts.get('cause', 'nothing')}")
                update = {"state": "done", "facts": facts}
                journey = journey.with_check(run.model_copy(update=update))
        return journey

    def _facts(self, check: Check) -> dict[str, JsonValue]:
        known = facts_of(check.diagnose)
        codes = list(known["finding"].values or ())
        facts = mock_facts([str(self.draw(st.sampled_from(codes)))])
        for name, values in _deciding_values(self.checklist, check).items():
            value = self.draw(st.sampled_from([None, *values]))
            if value is not None:
                facts[name] = value
        return facts

    def _compose_ticket(self, journey: Journey) -> None:
        """Compute every part of the ticket, to find answers that raise an exception there."""
        items(self.checklist, journey.draft)
        subject(self.checklist, journey.draft, "ru")
        priority(self.checklist, journey.draft)
        queue(self.checklist, journey.draft)

    def _trouble(self, kind: TroubleKind, message: str) -> Trouble:
        return Trouble(kind, message, tuple(self.path))


def _answers(step: Ask | Tell) -> Sequence[JsonValue]:
    """Return answers of every kind that a customer may give to a step, the simplest first."""
    if isinstance(step, Tell):
        return ("go-on", "solved") if step.solved == "offer" else ("go-on",)
    choices: list[JsonValue] = [*choices_of(step)]
    sample: list[JsonValue]
    spec = spec_of(step)
    if spec.has_several:
        sample = [*([choice] for choice in choices), [*choices]]
    else:
        sample = [*choices] if choices else [spec.sample]
    passed: JsonValue = "" if not step.required else sample[0]
    # The contact is the only question where "don't know" isn't accepted.
    return [*sample, passed] if step.is_contact else [*sample, passed, None]


def _deciding_values(checklist: Checklist, check: Check) -> dict[str, list[JsonValue]]:
    """Return the facts of a check, other than findings, in conditions, with deciding values."""
    known, deciding = facts_of(check.diagnose), dict[str, list[JsonValue]]()
    compared = (
        compare
        for step in checklist.steps
        for raw in conditions_of(step)
        for compare in comparisons_in(raw)
    )
    for compare in compared:
        name, _, fact = compare.left.partition(".")
        if name != check.id or fact not in known or fact in ("finding", "cause"):
            continue
        values = deciding.setdefault(fact, [])
        if known[fact].is_number:
            for bound in (bound for word in compare.allowed for bound in bounds_of(word)):
                # The result of a condition changes at its bounds.
                values.extend((bound - 1, bound, bound + 1))
        elif fact not in ("layer", "severity", "fixer", "symptom", "verdict"):
            values.extend(known[fact].values or compare.allowed)
    return deciding


def _answer_text(raw: JsonValue) -> str:
    if raw is None:
        return "don't know"
    if raw == "":
        return "passed"
    return "+".join(map(str, raw)) if isinstance(raw, list) else str(raw)
