"""What we found, and what the customer can do about it."""

from __future__ import annotations

import streamlit as st

from diagnostics import Finding, Report, finding_text
from intake.bootstrap import services
from intake.journey import Tell
from intake.ui import questions, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard import check_progress, footer
from intake.wizard.case import Case, find_case, say
from intake.wizard.step import progress


def draw(case: Case, step: Tell) -> None:
    """The cause in words, the moves in order, and the ways on."""
    language = case.language
    session.pin(step.id, as_question=False)
    progress(case)
    cause = _draw_cause(case, step)
    questions.draw_advice(step, cause, language)
    if cause:
        fixer = words(f"fixer_{cause.fixer}", language)
        st.caption(words("fixer_line", language, fixer=fixer))
    _draw_buttons(case, step)
    check_progress.draw(case, waits=False)
    footer.draw(case, step.id)
    footer.link(case)


def _draw_cause(case: Case, step: Tell) -> Finding | None:
    """The root cause as the heading; the author explains it."""
    run = case.journey.run_of(step.about) if step.about else None
    report = Report.model_validate(run.report) if run and run.report else None
    if report is None or not report.findings:
        st.header(questions.advice_title(step, case.language), anchor=False)
        return None
    cause = report.findings[0]
    st.header(escape_markdown(finding_text(cause, case.language).title), anchor=False)
    return cause


def _draw_buttons(case: Case, step: Tell) -> None:
    names = questions.ways_on_from_advice(step)
    clicked = None
    for name in names:
        kind = "primary" if name == names[0] else "secondary"
        if _button(case, step, name, kind):
            clicked = name
    if clicked and not session.take_handled():
        _choose(case.token, step, clicked)
        st.rerun()


def _button(case: Case, step: Tell, name: str, kind: str) -> bool:
    return st.button(
        words(name, case.language),
        key=f"{name}-{step.id}",
        type="primary" if kind == "primary" else "secondary",
        width="stretch",
        on_click=_choose,
        args=(case.token, step, name),
    )


def _choose(token: str, step: Tell, name: str) -> None:
    session.mark_handled()
    case = find_case(token)
    if case is None:
        return
    if name == "check_again":
        _check_again(case, step)
        return
    if name == "works_now" and case.stored.status == "open":
        services().drafts.set_status(case.id, "solved")
    say(token, step, "solved" if name == "works_now" else "go-on")


def _check_again(case: Case, step: Tell) -> None:
    for check in case.checklist.checks:
        run = case.journey.run_of(check.id)
        if check.id == step.about and run:
            session.unpin()
            services().checks.ensure(
                case.id,
                check.id,
                run.target,
                kind=check.diagnose,
                client=visitor.client(),
                again=True,
            )
