"""Statistics of the checklist's questions, and questions without effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.step_impact import changed_the_journey, steps_in_use, subject_steps
from intake.bootstrap import services
from intake.drafts import REVIEW, ChecklistStatistics, StepStatistics, StoredDraft
from intake.journey import Ask, Checklist
from intake.journey.kinds import spec_of
from intake.publishing import is_shared
from intake.studio.open_file import OpenFile
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

# docs/decisions/0021
_SAMPLE_SIZE = 40  # drafts in which other answers are tried
_COLUMNS = ("step", "shown", "answered", "unknown", "changed", "left", "time")


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the table, and the questions that nothing depends on."""
    if is_shared(open_file.name):
        st.caption(words("studio_figures_section", language))
        return
    file = services().checklists.files.get(open_file.name)
    checklist = file.served if file else None
    figures = services().statistics(checklist.id) if checklist else None
    if checklist is None or figures is None or not figures.walks:
        st.caption(words("studio_figures_none", language))
        return
    st.markdown(
        words(
            "studio_figures_sum",
            language,
            walks=figures.walks,
            sent=figures.sent,
            solved=figures.solved,
            left=figures.left,
            under_way=figures.under_way,
        )
    )
    st.markdown(_table(checklist, figures, language))
    st.caption(words("studio_figures_note", language))
    _draw_idle(checklist, language)


def _table(checklist: Checklist, figures: ChecklistStatistics, language: Language) -> str:
    head = " | ".join(words(f"studio_figure_{name}", language) for name in _COLUMNS)
    rules = " | ".join([":--", *["--:"] * (len(_COLUMNS) - 1)])
    rows = [f"| {head} |", f"| {rules} |"]
    for label, step in _labelled(checklist, figures, language):
        cells = [
            escape_markdown(label, limit=60),
            step.reached,
            step.answered if step.step != REVIEW else "",
            step.unknown or "",
            step.changed or "",
            f"{step.left} · {step.left / step.reached:.0%}" if step.left else "",
            _seconds(step.median_s, language),
        ]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def _labelled(
    checklist: Checklist, figures: ChecklistStatistics, language: Language
) -> Iterator[tuple[str, StepStatistics]]:
    """Yield the steps in the checklist's order, the review, then steps of earlier versions."""
    known = {step.id: step.text.in_(language) for step in checklist.tells}
    known |= {step.id: (step.short or step.text).in_(language) for step in checklist.asks}
    order = [step.id for step in checklist.steps if step.id in known]
    known[REVIEW] = words("studio_figures_review", language)
    former = [name for name in figures.steps if name not in known]
    for name in [*order, REVIEW, *former]:
        if name in figures.steps:
            label = known.get(name) or words("studio_figures_former", language, name=name)
            yield label, figures.steps[name]


def _seconds(seconds: float | None, language: Language) -> str:
    if seconds is None:
        return ""
    return words("check_seconds", language, seconds=f"{seconds:.0f}" if seconds >= 1 else "<1")


def _draw_idle(checklist: Checklist, language: Language) -> None:
    """Draw questions that cost customers time and change nothing but a line of the ticket."""
    read = steps_in_use(checklist)
    asked = [step for step in checklist.asks if not _is_wanted_anyway(step, checklist)]
    unread = [step for step in asked if step.id not in read]
    drafts = services().drafts.newest_of(checklist.id, _SAMPLE_SIZE)
    never = [step for step in asked if step.id in read and _never_mattered(step, drafts)]
    st.markdown(f"**{words('studio_idle_title', language)}**")
    st.caption(words("studio_idle_note", language, count=len(drafts)))
    if not unread and not never:
        st.markdown(words("studio_idle_none", language))
    for key, steps in (("studio_idle_unread", unread), ("studio_idle_never", never)):
        if steps:
            names = ", ".join((step.short or step.text).in_(language) for step in steps)
            st.markdown(f"{words(key, language)} {escape_markdown(names, limit=900)}")


def _is_wanted_anyway(step: Ask, checklist: Checklist) -> bool:
    """Check whether support needs the answer, whatever depends on it."""
    return (
        spec_of(step).identifies_customer
        or step.role is not None
        or bool(step.record)
        or step.id in subject_steps(checklist)
    )


def _never_mattered(step: Ask, drafts: Sequence[StoredDraft]) -> bool:
    """Check whether drafts answered it and no other answer would have changed them."""
    answered = [draft for draft in drafts if step.id in draft.draft.answers]
    return bool(answered) and not any(_mattered(step.id, draft) for draft in answered)


def _mattered(step_id: str, stored: StoredDraft) -> bool:
    """Evaluate it with the version of the checklist that the customer used."""
    pinned = services().drafts.pinned_checklist(stored.checklist_id, stored.checklist_version)
    step = pinned.by_id.get(step_id)
    return isinstance(step, Ask) and changed_the_journey(pinned, stored.draft, step)
