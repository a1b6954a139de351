"""What is proven of a checklist is so: each case found is a customer who is walked there."""

from __future__ import annotations

import pytest

from intake.authoring.loader import ExaminedChecklist, examine_text
from intake.journey.checklist_paths import shipped_folder
from tests.sketches import CONTACT

SHIPPED = (shipped_folder() / "site-down.yaml").read_text(encoding="utf-8")
FACTS = {
    "finding": ["tls.expired", "http.bad_gateway", "ok.reachable"],
    "cause": ["tls.expired", "net.icmp_blocked", "http.slow"],
    "layer": ["tls", "http", "ok"],
    "verdict": ["fault", "healthy", "degraded"],
    "status": ["502", "500-599", "< 300"],
}


def told(examined: ExaminedChecklist) -> list[str]:
    return [f"{one.line}: {one.code}: {one.message}" for one in examined.problems]


def codes(text: str) -> list[str]:
    return [one.code for one in examine_text(text).problems]


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
    (problem,) = examine_text(text).problems
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
    assert codes(small(steps)) == ["end-too-early"]


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
