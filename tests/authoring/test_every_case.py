"""The proof against every customer: what it says of a checklist is what happens at run time."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from diagnostics import CODES
from intake.authoring.lint import all_problems
from intake.authoring.problems import Problem
from intake.authoring.syntax.assembly import Assembly
from intake.journey import Checklist
from intake.journey.checklist_paths import shipped_folder
from intake.journey.conditions import UNKNOWN
from tests.authoring.all_cases import COMPARED_CODES, TICKET, Cases, EveryCustomer
from tests.authoring.random_checklists import FACTS, random_checklists

_FIRST_LINE = "steps:"
Verdict = set[tuple[object, ...]]


def read(text: str) -> tuple[Checklist, list[Problem]]:
    """The checklist, whatever the proof says of it; nothing else may be wrong."""
    assembly = Assembly(shipped_folder())
    parsed = assembly.read(text, "small.yaml")
    assert parsed is not None, text
    assert parsed.head is not None, text
    assert not assembly.problems, [str(problem) for problem in assembly.problems]
    steps = tuple(entry.step for entry in parsed.entries if entry.step is not None)
    return Checklist(parsed.head, steps), all_problems(parsed)


def said(text: str, checklist: Checklist, problems: list[Problem]) -> Verdict:
    """The proof's claims, each with the place of its step."""
    lines = text.splitlines()
    first = lines.index(_FIRST_LINE) + 2  # lines count from 1
    claims: Verdict = set()
    for problem in problems:
        place = problem.line - first
        parameters = dict(problem.words.parameters)
        match problem.code:
            case "never-so":
                place = place if place < len(checklist.steps) else TICKET
                of_row = _is_of_row(lines[problem.line - 1], problem.column)
                claims.add(("never-so", place, parameters["left"], parameters["word"], of_row))
            case "never-counts" | "otherwise-never":
                claims.add(("never-counts", parameters.get("row", "otherwise")))
            case "never-reached" | "never-shown" | "always-shown":
                claims.add((problem.code, place))
            case "record-path" | "contact-path" | "never-ticket" | "record-optional":
                claims.add((problem.code,))
            case "record-lacking" | "contact-optional":
                claims.add((problem.code,))
    return claims


def _is_of_row(line: str, column: int) -> bool:
    """Whether what is wrong stands in a row of `answer-from`, which comes before `show-if`."""
    shown = line.find("show-if:")
    return "answer-from: [" in line and (shown < 0 or column <= shown)


def true_of(checklist: Checklist, cases: Cases) -> Verdict:
    """The same claims, from what came about."""
    claims: Verdict = set()
    every = set(range(len(checklist.steps)))
    claims |= {("never-reached", place) for place in every - cases.live}
    for place in every & cases.live:
        if place not in cases.shown:
            claims.add(("never-shown", place))
        elif checklist.steps[place].show_if is not None and place not in cases.hidden:
            claims.add(("always-shown", place))
    if "ticket" not in cases.ends:
        claims.add(("never-ticket",))
        return claims
    table = checklist.ticket.priority
    claims |= {
        ("never-counts", place + 1 if row.otherwise is None else "otherwise")
        for place, row in enumerate(table)
        if place not in cases.rows
    }
    if cases.without_contact:
        claims.add(("contact-path",))
    if cases.without_item and checklist.head.must_have:
        claims.add(("record-path",))
    return claims


def disagreements(text: str) -> list[str]:
    """What the proof and the walks say differently of a checklist."""
    checklist, problems = read(text)
    everybody = EveryCustomer(checklist)
    cases = everybody.walk()
    claims, truth = said(text, checklist, problems), true_of(checklist, cases)
    told = {claim for claim in claims if claim[0] != "never-so"}
    # A question that may always be passed over is told as such, in whatever case.
    for optional, path in (
        (("record-optional",), ("record-path",)),
        (("record-lacking",), ("record-path",)),
        (("contact-optional",), ("contact-path",)),
    ):
        if optional in told:
            told = (told - {optional}) | {path}
            truth = truth | {path}
    differing = [f"only the proof: {claim}" for claim in sorted(told - truth, key=str)]
    differing += [f"only the walks: {claim}" for claim in sorted(truth - told, key=str)]
    differing += [
        f"never so, and it came about: {claim}"
        for claim in claims
        if claim[0] == "never-so" and claim[1:] in cases.words
    ]
    return differing + _unsaid_words(everybody, cases, claims)


def _unsaid_words(everybody: EveryCustomer, cases: Cases, claims: Verdict) -> list[str]:
    """Words that never came about in a step that is shown, and the proof doesn't say so."""
    never = {claim[1:] for claim in claims if claim[0] == "never-so"}
    return [
        f"only the walks: never so {compared}"
        for compared in everybody.compared()
        if compared[0] in cases.shown
        and compared not in cases.words
        and compared not in never
        and compared[2] != UNKNOWN
    ]


def unsound(text: str) -> list[str]:
    """What the proof says that is not so, and what it promises of tickets that isn't kept."""
    promised = ("contact-path", "record-path")
    return [
        line
        for line in disagreements(text)
        if not (line.startswith("only the walks") and not any(word in line for word in promised))
        and not (line.startswith("only the proof") and any(word in line for word in promised))
    ]


def _assert_agreement(text: str) -> None:
    assert disagreements(text) == [], text


_SETTINGS = settings(
    deadline=None, suppress_health_check=list(HealthCheck), database=None, print_blob=False
)


@settings(_SETTINGS, max_examples=10, derandomize=True)
@given(text=random_checklists(most=3))
def test_the_proof_says_what_every_customer_meets(text: str) -> None:
    _assert_agreement(text)


def test_the_cases_have_each_severity_of_each_layer_that_is_compared() -> None:
    known = {(CODES[code].layer, CODES[code].severity) for code in COMPARED_CODES}
    for code in CODES.values():
        if code.layer in FACTS["layer"] and code.severity != "warning":
            assert (code.layer, code.severity) in known, code


def test_a_severity_that_no_condition_names_is_met() -> None:
    """A finding of the layer that is for information alone leads past both ends."""
    _assert_agreement(
        "checklist: small\ntitle: Small\nsteps:\n"
        "  - {ask: site, kind: target, text: Site}\n  - {check: web, diagnose: site, of: site}\n"
        "  - {end: ticket, text: T, show-if: {web.severity: [critical, warning]}}\n"
        "  - {ask: s2, text: T, kind: choice, choices: {x: X, y: Y}, required: false,"
        " show-if: {web.layer: [tls]}}\n"
        "  - {ask: email, kind: e-mail, role: contact, text: T, required: false}\n"
        'ticket:\n  subject: "{site}"\n  priority: [{otherwise: normal}]\n'
        "  queue: [{otherwise: hosting}]\n"
    )


def test_a_way_that_takes_three_findings_at_once_is_one() -> None:
    """A healthy site has `ok.reachable` among its findings, beside what the conditions name."""
    _assert_agreement(
        "checklist: small\ntitle: Small\nsteps:\n"
        "  - {ask: site, kind: target, text: Site}\n  - {check: web, diagnose: site, of: site}\n"
        "  - {ask: a, text: T, kind: choice, choices: {x: X, y: Y},"
        " show-if: {web.cause: http.*, web.verdict: healthy}}\n"
        "  - {ask: b, text: T, kind: choice, choices: {x: X, y: Y},"
        " show-if: {a: x, web.finding: tls.expired}}\n"
        "  - {ask: email, kind: e-mail, role: contact, text: T}\n"
        'ticket:\n  subject: "{site}"\n  priority: [{otherwise: normal}]\n'
        "  queue: [{otherwise: hosting}]\n"
    )


def test_a_ticket_says_nothing_of_advice_that_helped() -> None:
    """It ends there and nothing is sent, so no row of a ticket's table can name that answer."""
    _assert_agreement(
        "checklist: small\ntitle: Small\nsteps:\n"
        "  - {ask: site, kind: target, text: Site}\n  - {check: web, diagnose: site, of: site}\n"
        "  - {ask: email, kind: e-mail, role: contact, text: T}\n"
        "  - {tell: s3, text: T, solved: offer}\n"
        'ticket:\n  subject: "{site}"\n'
        '  priority: [{when: {s3: ["solved", "go-on"]}, is: low}, {otherwise: normal}]\n'
        "  queue: [{otherwise: hosting}]\n"
    )


def test_what_may_be_passed_over_fills_an_item_where_it_is_answered() -> None:
    """Passed over, it shows the question that must be answered instead."""
    _assert_agreement(
        "checklist: small\ntitle: Small\nmust-have: {order: The order}\nsteps:\n"
        "  - {ask: site, kind: target, text: Site}\n  - {check: web, diagnose: site, of: site}\n"
        "  - {ask: a, text: T, kind: number, required: false, record: order}\n"
        '  - {ask: b, text: T, kind: number, record: order, show-if: {a: [unknown, "4-9"]}}\n'
        "  - {ask: email, kind: e-mail, role: contact, text: T}\n"
        'ticket:\n  subject: "{site}"\n  priority: [{otherwise: normal}]\n'
        "  queue: [{otherwise: hosting}]\n"
    )


@settings(_SETTINGS, max_examples=15, derandomize=True)
@given(text=random_checklists(most=3, with_relations=True))
def test_the_proof_promises_nothing_of_compared_answers_that_is_not_so(text: str) -> None:
    assert unsound(text) == [], text


@pytest.mark.long
@pytest.mark.timeout(20_000)
@pytest.mark.skipif("INTAKE_LONG" not in os.environ, reason="the slow form: make test-long")
def test_the_proof_says_what_every_customer_meets_in_ten_thousand() -> None:
    @settings(_SETTINGS, max_examples=10_000)
    @given(text=random_checklists(most=4))
    def agree(text: str) -> None:
        _assert_agreement(text)

    @settings(_SETTINGS, max_examples=3_000)
    @given(text=random_checklists(most=4, with_relations=True))
    def stay_sound(text: str) -> None:
        assert unsound(text) == [], text

    agree()
    stay_sound()
