"""The live check below the questions: each probe's result as soon as it is there."""

from __future__ import annotations

from functools import lru_cache, partial

import streamlit as st

from diagnostics import Report, summarise
from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import CheckRun
from intake.ui import address, boundary
from intake.ui.markdown_escape import escape_markdown
from intake.ui.observation_list import observation_list
from intake.ui.texts import words
from intake.wizard import other_vantages
from intake.wizard.case import Case

_TICK_S = 0.6


def draw(case: Case) -> None:
    """Draw every check of the draft: running ones update themselves, ended ones are folded."""
    runs = (run for check in case.checklist.checks for run in case.journey.runs_of(check.id))
    for run in runs:
        if run.state == "running":
            # The timer is in the browser; it ends when the fragment is no longer drawn.
            tick = st.fragment(_draw_running, run_every=_TICK_S)
            tick(case.id, run, case.language)
        else:
            _draw_ended(run, case.language)
            other_vantages.draw(case, run)


def _draw_running(draft_id: str, run: CheckRun, language: Language) -> None:
    """Draw a running check as a fragment, which Streamlit runs alone: it needs its own boundary."""
    if boundary.attempt(partial(_draw_progress, draft_id, run, language)):
        st.caption(words("check_failed", language))


def _draw_progress(draft_id: str, run: CheckRun, language: Language) -> None:
    progress = services().checks.progress(draft_id, run.step, language)
    target = f"**{escape_markdown(run.target, limit=80)}**"
    with st.container(key=f"live-{run.step}"):
        st.markdown(words("check_running", language, target=target))
        if progress:
            st.markdown(observation_list(progress.lines, language))
        st.caption(f"… {words('check_line_running', language)}")
    if progress and not progress.is_running:
        # Redraw the whole page: the results may lead to another question.
        address.redraw()


def _draw_ended(run: CheckRun, language: Language) -> None:
    if run.state == "failed":
        st.caption(words("check_failed", language))
        return
    title = words("check_done", language, target=escape_markdown(run.target, limit=80))
    with st.expander(title, type="compact", key=f"live-{run.step}"):
        st.markdown(_ended_list(_CheckKey(run), language))


class _CheckKey:
    """A finished check as a cache key; stored checks are shared and never change."""

    def __init__(self, run: CheckRun) -> None:
        self.run = run
        self._name = (run.step, run.target, run.started_at)

    # A report is a dictionary, which has no hash.
    def __hash__(self) -> int:
        return hash(self._name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _CheckKey) and (self.run is other.run or self.run == other.run)


# The page is drawn at every click; the text of an ended check stays the same.
@lru_cache(maxsize=256)
def _ended_list(key: _CheckKey, language: Language) -> str:
    """Return a finished check's observations in words, in the order of their arrival."""
    if key.run.report is None:
        return ""
    report = Report.model_validate(key.run.report)
    return observation_list(
        (
            (summarise(observation, language), observation.duration_s)
            for observation in report.observations
        ),
        language,
    )
