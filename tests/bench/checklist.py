"""
What a checklist of 200 steps costs: to load and prove it, and to go one step in it.

Loading is compared with the YAML library's own parsing of the same text, a step with copying the
draft's answers once: what nobody could do without.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from ruamel.yaml import YAML

from intake.authoring.loader import examine_text
from intake.authoring.simulation.mock_measurements import mock_facts
from intake.journey import Answer, Ask, Checklist, CheckRun, Draft, Journey

STEPS = 200
ROUNDS = 5
_RAW = {"target": "shop.example", "e-mail": "anna@shop.example"}
LOAD_S, STEP_MS = 2.0, 1.0
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def long_checklist(steps: int = STEPS, checks: int = 10) -> str:
    """So many steps: questions that depend on each other and on the check before them."""
    lines, check = ["  - {ask: mail, kind: e-mail, role: contact, text: {en: Mail, ru: Почта}}"], 0
    stretch = steps // checks
    for number in range(steps - checks - 1):
        if number % stretch == 0:
            check = number
            lines.append(f"  - {{ask: t{number}, kind: target, text: {{en: Enter, ru: Укажите}}}}")
            lines.append(f"  - {{check: c{number}, diagnose: site, of: t{number}}}")
            continue
        lines.append(f"  - ask: a{number}\n    kind: choice")
        lines.append("    text: {en: Choose what fits, ru: Выберите подходящее}")
        lines.append("    why: {en: It tells where to look, ru: Так видно место сбоя}")
        if number % stretch > 1:
            found = f"{{not: {{c{check}.finding: [tls.expired, http.slow]}}}}"
            parts = f"{{a{number - 1}: [x, y]}}, {found}, {{c{check}.layer: unknown}}"
            lines.append(f"    show-if: {{any: [{parts}]}}")
        lines.append("    choices:")
        lines.extend(f"      {name}: {{en: {name}, ru: {name}}}" for name in ("x", "y", "z"))
    head = "checklist: long\ntitle: {en: Long, ru: Длинный}\nsteps:\n"
    rest = (
        "\nticket:\n  subject: '{t0}'\n  priority: [{when: {a5: x}, is: high}, {otherwise: normal}]"
        "\n  queue: [{when: {c0.layer: [dns, tls]}, is: domains}, {otherwise: hosting}]\n"
    )
    return head + "\n".join(lines) + rest


def run_checklist_bench() -> int:
    """Print the figures; 0 when the limits are kept."""
    text = long_checklist()
    parsed_s = _median(lambda: YAML(typ="safe", pure=True).load(text))
    loaded_s = _median(lambda: examine_text(text))
    checklist = examine_text(text).checklist
    if checklist is None:
        raise SystemExit("the long checklist has mistakes")
    steps_ms, copies_ms = _walk(checklist)
    step_ms, copy_ms = statistics.median(steps_ms), statistics.median(copies_ms)
    print(f"\nA checklist of {len(checklist.steps)} steps")
    print(
        f"  loaded and proven in {loaded_s:.2f} s (limit {LOAD_S:.0f} s);"
        f" the YAML library alone {parsed_s:.2f} s, ratio {loaded_s / parsed_s:.1f}x"
    )
    print(
        f"  one step {step_ms:.2f} ms at the median, {max(steps_ms):.2f} ms at most (limit"
        f" {STEP_MS:.0f} ms); copying the answers {copy_ms:.2f} ms, ratio"
        f" {step_ms / copy_ms:.1f}x; {len(steps_ms)} steps walked"
    )
    kept = loaded_s <= LOAD_S and step_ms <= STEP_MS
    print(f"  limits: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _walk(checklist: Checklist) -> tuple[list[float], list[float]]:
    """Answer everything; for each step the time from the answer to the next question."""
    journey = Journey(checklist, Draft(language="en"))
    steps, copies = [], []
    while isinstance(step := journey.next, Ask):
        started = time.perf_counter()
        raw = _RAW.get(step.kind, "x")
        answer = journey.accept(step, raw, now=NOW)
        if not isinstance(answer, Answer):
            raise SystemExit(f"'{raw}' was not taken by {step.id}")
        journey = journey.with_answer(step, answer)
        _ = journey.next, journey.progress
        steps.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        copy.deepcopy({name: each.value for name, each in journey.draft.answers.items()})
        copies.append((time.perf_counter() - started) * 1000)
        for due in journey.checks_due:
            facts = mock_facts(["http.bad_gateway"])
            run = CheckRun(
                step=due.step.id, target=due.target, state="done", started_at=NOW, facts=facts
            )
            journey = journey.with_check(run)
    return steps, copies


if __name__ == "__main__":
    raise SystemExit(run_checklist_bench())
