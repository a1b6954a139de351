"""Mock results of checks: the author chooses them, nothing is measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import streamlit as st
from pydantic import JsonValue

from diagnostics import CODES, Fact, Finding, facts_of, finding_text
from diagnostics.texts import Language
from intake.authoring.simulation.mock_measurements import read_mock_measurements
from intake.journey import Check, Checklist, CheckRun
from intake.journey.conditions import comparisons_in
from intake.journey.model import Row
from intake.journey.path import CheckDue
from intake.ui import session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

NOTHING: Final = "nothing"
FAILED: Final = "failed"
RUNNING: Final = "running"
# Facts that are derived from the chosen finding.
_FOLLOWS_FROM_FINDING = frozenset(
    {"finding", "cause", "layer", "symptom", "severity", "verdict", "fixer"}
)


def draw(checklist: Checklist, language: Language) -> None:
    """Draw, for each check, the choice of its finding and of the facts that the checklist reads."""
    if not checklist.checks:
        st.caption(words("studio_no_checks", language))
    for check in checklist.checks:
        st.selectbox(
            words("studio_pretend", language, check=escape_markdown(check.id)),
            [NOTHING, FAILED, RUNNING, *CODES],
            format_func=lambda code: _label_of(code, language),
            key=_key(check),
        )
        if session.value(_key(check)) in {FAILED, RUNNING}:
            continue
        for name, fact in _asked_facts(checklist, check):
            _draw_fact(check, name, fact, language)


def run(checklist: Checklist, due: CheckDue) -> CheckRun:
    """Return the run of a check with the author's chosen result."""
    check, now = due.step, datetime.now(UTC)
    outcome = session.value(_key(check)) or NOTHING
    if outcome == RUNNING:
        return CheckRun(
            step=due.run,
            target=due.target,
            expected=due.expected,
            state="running",
            started_at=now,
        )
    measured: JsonValue = FAILED
    if outcome != FAILED:
        measured = (
            {"finding": outcome} if outcome != NOTHING else {"finding": [], "verdict": "healthy"}
        )
        measured |= _chosen_facts(checklist, check)
    return read_mock_measurements({check.id: measured}, checklist).run(due, now)


def _chosen_facts(checklist: Checklist, check: Check) -> dict[str, JsonValue]:
    chosen = {name: session.value(_key(check, name)) for name, _ in _asked_facts(checklist, check)}
    return {name: value for name, value in chosen.items() if value not in (None, "")}


def _label_of(code: str, language: Language) -> str:
    if code not in CODES:
        return words(f"studio_found_{code}", language)
    info = CODES[code]
    finding = Finding(
        code=code, severity=info.severity, layer=info.layer, fixer=info.fixer, subject="…"
    )
    return f"{code} · {finding_text(finding, language).title}"


def _draw_fact(check: Check, name: str, fact: Fact, language: Language) -> None:
    statement = fact.says(language)
    label = escape_markdown(
        f"{statement[:1].upper()}{statement[1:]}" + (f", {fact.unit}" if fact.unit else "")
    )
    empty = words("studio_not_measured", language)
    key = _key(check, name)
    if fact.is_number:
        st.number_input(label, min_value=0, value=None, step=1, placeholder=empty, key=key)
    elif fact.values is not None:
        st.selectbox(label, fact.values, index=None, placeholder=empty, key=key)
    else:
        st.text_input(label, placeholder=empty, key=key, max_chars=100)


def _asked_facts(checklist: Checklist, check: Check) -> list[tuple[str, Fact]]:
    """Return the facts of a check that some condition reads, except derived ones."""
    known = facts_of(check.diagnose)
    names = dict.fromkeys(
        fact
        for left in _lefts(checklist)
        for step, _, fact in [left.partition(".")]
        if step == check.id and fact in known and fact not in _FOLLOWS_FROM_FINDING
    )
    return [(name, known[name]) for name in names]


def _lefts(checklist: Checklist) -> Iterator[str]:
    """Yield the left sides of all conditions, in the checklist's order."""
    for compiled in checklist.compiled:
        yield from compiled.needs
        if compiled.fact:
            yield compiled.fact
        if rows := getattr(compiled.step, "answer_from", None):
            yield from _lefts_of_rows(rows if isinstance(rows, tuple) else ())
    yield from _lefts_of_rows((*checklist.ticket.priority, *checklist.ticket.queue))


def _lefts_of_rows(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield from (comparison.left for comparison in comparisons_in(row.when))


def _key(check: Check, fact: str = "") -> str:
    return f"pretend-{check.id}-{fact}" if fact else f"pretend-{check.id}"
