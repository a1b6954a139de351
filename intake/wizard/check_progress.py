"""The live check beside the questions: each probe's result as it lands."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from diagnostics import ObservationSummary, Report, summarise
from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Check, CheckRun
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard.case import Case

_TICK_S = 0.6
_MARKS = {"ok": "✓", "fault": "✗", "unknown": "?", "info": "·"}
Lines = tuple[tuple[ObservationSummary, float], ...]


def draw(case: Case, *, waits: bool) -> None:
    """
    Draw every check of the draft.

    `waits`: the screen itself depends on the result, so it is drawn anew when one lands.
    """
    for check in case.checklist.checks:
        run = case.journey.run_of(check.id)
        if run is None:
            continue
        if run.state == "running":
            tick = st.fragment(_draw_running, run_every=_TICK_S)
            tick(case.id, check, run, case.language)
        elif not waits:
            _draw_ended(run, case.language)


def _draw_running(draft_id: str, check: Check, run: CheckRun, language: Language) -> None:
    progress = services().checks.progress(draft_id, check.id, language)
    with st.container(key=f"live-{check.id}"):
        st.markdown(
            words("check_running", language, target=f"**{escape_markdown(run.target, limit=80)}**")
        )
        if progress:
            st.markdown(_list(progress.lines, language))
        st.caption(f"… {words('check_line_running', language)}")
    if progress and not progress.is_running:
        st.rerun()


def _draw_ended(run: CheckRun, language: Language) -> None:
    if run.state == "failed":
        st.caption(words("check_failed", language))
        return
    title = words("check_done", language, target=escape_markdown(run.target, limit=80))
    with st.expander(title, type="compact", key=f"live-{run.step}"):
        st.markdown(_ended_list(_Seen(run), language))


class _Seen:
    """A finished check by its identity: stored checks are shared and never change."""

    def __init__(self, run: CheckRun) -> None:
        self.run = run
        self._name = (run.step, run.target, run.started_at)

    def __hash__(self) -> int:
        return hash(self._name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Seen) and (self.run is other.run or self.run == other.run)


@lru_cache(maxsize=256)
def _ended_list(seen: _Seen, language: Language) -> str:
    """A finished check's observations in words, in the order in which they landed."""
    if seen.run.report is None:
        return ""
    report = Report.model_validate(seen.run.report)
    lines = tuple((summarise(one, language), one.duration_s) for one in report.observations)
    return _list(lines, language)


def _list(lines: Lines, language: Language) -> str:
    return "\n".join(
        f"- {_MARKS[line.mark]} {escape_markdown(line.text, limit=160)} "
        f":gray[{words('check_seconds', language, seconds=f'{duration_s:.2f}')}]"
        for line, duration_s in lines
    )
