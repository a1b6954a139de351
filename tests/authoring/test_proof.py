"""What is proven of a checklist is so: each case found is a customer who is walked there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from intake.authoring.loader import Examined, examine_text
from intake.authoring.proof.clauses import Clauses
from intake.authoring.proof.space import Space
from intake.authoring.proof.variables import Variable
from intake.authoring.simulation.walk import ScriptedAnswer, walk
from intake.journey import Checklist, CheckRun, Draft, Journey
from intake.journey.checklist_paths import shipped_folder
from intake.journey.path import CheckDue
from intake.journey.steps import Ask, Check, Tell
from tests.journey.customer import NOW
from tests.sketches import CONTACT

SHIPPED = (shipped_folder() / "site-down.yaml").read_text(encoding="utf-8")
FACTS = {
    "finding": ["tls.expired", "http.bad_gateway", "ok.reachable"],
    "cause": ["tls.expired", "net.icmp_blocked", "http.slow"],
    "layer": ["tls", "http", "ok"],
    "verdict": ["fault", "healthy", "degraded"],
    "status": ["502", "500-599", "< 300"],
}


def told(examined: Examined) -> list[str]:
    return [f"{one.line}: {one.code}: {one.message}" for one in examined.problems]


def codes(text: str) -> list[str]:
    return [one.code for one in examine_text(text, folder=shipped_folder()).problems]


def small(steps: str, *, ticket: str = "", head: str = "") -> str:
    queue = ticket or "  queue: [{otherwise: hosting}]\n"
    return (
        f"checklist: small\ntitle: Small\n{head}steps:\n"
        "  - {ask: site, kind: target, text: Site}\n  - {check: web, diagnose: site, of: site}\n"
        "  - {ask: scope, kind: choice, text: Scope, choices: {one: One, all: All}}\n"
        f'{CONTACT}{steps}ticket:\n  subject: "{{site}}"\n'
        f"  priority: [{{otherwise: normal}}]\n{queue}"
    )


def test_a_counter_example_says_only_what_matters() -> None:
    hidden = (
        "    show-if: {not: {all: [{scope: one}, {web.finding: tls.expired}]}}\n    kind: moment"
    )
    text = SHIPPED.replace("    kind: moment", hidden)
    (problem,) = examine_text(text, folder=shipped_folder()).problems
    assert problem.code == "record-path"
    # The question is hidden in two cases that are equally short; nothing else belongs to either.
    case = problem.message.partition(", the path ends")[0].removeprefix("if ")
    what_is_found = {"the check 'web' finds tls.expired", "web.finding isn't known"}
    assert set(case.split(" and ")) - what_is_found == {"scope = one"}
    assert len(case.split(" and ")) == 2
    assert "'since'" in problem.message


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{scope: one, web.cause: tls.expired}", []),
        ("{all: [{scope: one}, {scope: all}]}", ["never-shown"]),
        ("{web.cause: tls.expired, web.layer: http}", ["never-shown"]),
        ("{web.finding: ok.reachable, web.verdict: fault}", ["never-shown"]),
        ("{web.status: 200-299, any: [{web.status: 404}]}", ["never-shown"]),
        ("{web.status: [200-299, 404], scope: unknown}", []),
        ("{any: [{scope: [one, all]}, {scope: unknown}]}", ["always-shown"]),
        ("{any: [{web.cause: http.slow}, {not: {web.cause: http.slow}}]}", []),  # or unknown
        ("{not: {site: unknown}, web.finding: tls.expired}", []),
        ("{site: unknown, web.finding: tls.expired}", ["never-shown"]),
    ],
)
def test_conditions_that_can_and_cannot_hold(condition: str, expected: list[str]) -> None:
    step = f"  - {{ask: more, kind: text, text: More, show-if: {condition}}}\n"
    assert codes(small(step)) == expected


def test_what_stands_after_an_end_is_never_reached() -> None:
    steps = "  - {end: ticket}\n  - {ask: more, kind: text, text: More}\n"
    assert codes(small(steps)) == ["never-reached"]


def test_a_row_that_others_take_the_cases_of_never_counts() -> None:
    rows = "[{when: {scope: [one, all]}, is: a}, {when: {scope: one}, is: b}, {otherwise: c}]"
    assert codes(small("", ticket=f"  queue: {rows}\n")) == ["never-counts"]


def test_a_row_for_cases_that_end_without_a_ticket_never_counts() -> None:
    steps = "  - {end: solved, text: Fine, show-if: {scope: one}}\n"
    rows = "[{when: {scope: one}, is: a}, {otherwise: c}]"
    assert codes(small(steps, ticket=f"  queue: {rows}\n")) == ["never-counts"]


def test_a_checklist_without_tickets_is_refused() -> None:
    steps = "  - {end: solved, text: Fine}\n"
    assert "never-ticket" in codes(small(steps))


# Every case that the proof finds is a customer who really gets there.


@st.composite
def checklists(draw: st.DrawFn) -> str:
    """Small checklists whose steps depend on each other every way that the language knows."""
    lefts: dict[str, list[str]] = {
        "scope": ["one", "all", "unknown"],
        **{f"web.{name}": [*values, "unknown"] for name, values in FACTS.items()},
    }

    def compare() -> str:
        left = draw(st.sampled_from(sorted(lefts)))
        words = draw(st.lists(st.sampled_from(lefts[left]), min_size=1, max_size=2, unique=True))
        return f"{{{left}: [{', '.join(f'{chr(34)}{word}{chr(34)}' for word in words)}]}}"

    def condition(depth: int = 0) -> str:
        kind = draw(st.sampled_from(["one", "one", "all", "any", "not"] if depth < 2 else ["one"]))
        if kind == "one":
            return compare()
        if kind == "not":
            return f"{{not: {condition(depth + 1)}}}"
        return f"{{{kind}: [{condition(depth + 1)}, {condition(depth + 1)}]}}"

    lines = []
    for number in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["choice", "choices", "skip", "number", "tell", "end"]))
        name, shown = f"s{number}", f"show-if: {condition()}"
        if kind == "tell":
            lines.append(f"  - {{tell: {name}, text: T, solved: offer, {shown}}}\n")
            lefts[name] = ["solved", "go-on", "unknown"]
        elif kind == "end":
            end = draw(st.sampled_from(["ticket", "solved", "hand-over"]))
            lines.append(f"  - {{end: {end}, text: T, {shown}}}\n")
        elif kind == "number":
            lines.append(f"  - {{ask: {name}, kind: number, text: T, {shown}}}\n")
            lefts[name] = ["5", "< 3", "4-9", "unknown"]
        else:
            extra = ""
            if kind == "skip":
                extra = f", if-measured: skip, answer-from: [{{when: {condition()}, is: x}}]"
                kind = "choice"
            choices = "choices: {x: X, y: Y}"
            lines.append(f"  - {{ask: {name}, kind: {kind}, text: T, {choices}{extra}, {shown}}}\n")
            lefts[name] = ["x", "y", "unknown"]
    return small("".join(lines))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=checklists())
def test_each_case_found_is_a_customer_who_gets_there(text: str) -> None:
    examined = examine_text(text)
    checklist = examined.checklist
    if checklist is None:
        return
    with Clauses() as clauses:
        space = Space(clauses, checklist.steps, (checklist.ticket.priority, checklist.ticket.queue))
        space.build()
        for reached in space.reached:
            if not clauses.can_hold(reached.is_shown) or not isinstance(reached.step, Ask | Tell):
                continue
            journey = walked(checklist, space)
            shown = {entry.step.id: entry for entry in journey.visible}
            assert reached.step.id in shown, told(examined)
        if clauses.can_hold(space.ticket):
            assert walked(checklist, space).end in ("ticket", None)
        if clauses.can_hold(-space.ticket):
            assert walked(checklist, space).end in ("solved", "hand-over")


def walked(checklist: Checklist, space: Space) -> Journey:
    """The journey of the customer that the last case describes."""
    case = space.clauses.case()

    def says(variable: Variable) -> list[JsonValue]:
        return [
            atom.word if atom.number is None else atom.number
            for atom, literal in variable.says.items()
            if literal in case
        ]

    facts: dict[str, JsonValue] = {}
    answers: dict[str, ScriptedAnswer] = {"site": ScriptedAnswer("shop.example")}
    is_done = space.variables["web.finding"].known in case
    for left, variable in space.variables.items():
        name, _, fact = left.partition(".")
        if fact:
            found = says(variable)
            if fact == "finding":
                facts[fact] = found
            elif found:
                facts[fact] = found[0]
        elif variable.known in case:
            answers[name] = ScriptedAnswer(_answer(checklist, name, says(variable)), insisted=True)
        elif isinstance(checklist.by_id[name], Ask):
            answers[name] = ScriptedAnswer(None, insisted=True)

    def measure(due: CheckDue) -> CheckRun:
        state: Any = "done" if is_done else "failed"
        kept = facts if is_done else {}
        return CheckRun(
            step=due.step.id, target=due.target, state=state, started_at=NOW, facts=kept
        )

    return walk(checklist, Draft(language="en"), answers, measure=measure, now=NOW).journey


def _answer(checklist: Checklist, name: str, said: list[JsonValue]) -> JsonValue:
    step = checklist.by_id[name]
    assert not isinstance(step, Check)
    if isinstance(step, Ask) and step.kind == "target":
        return "shop.example"
    if isinstance(step, Ask) and step.kind == "choices":
        return said
    return said[0]
