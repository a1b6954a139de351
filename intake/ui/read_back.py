"""Reads the answers back before sending: for editing by the customer, as a preview for authors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from diagnostics.texts import Language
from intake.journey import (
    Item,
    Journey,
    Source,
    explain_contradictions,
    items,
    subject,
    withheld_names,
)
from intake.journey.draft import ENVIRONMENT, NO_ANSWER
from intake.ui import actions
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import words

# Sources of answers that the customer didn't give.
_NOT_FROM_CUSTOMER = (Source.MEASURED, Source.INFERRED, Source.BROWSER, Source.PANEL)
_LONGEST = 600  # characters of an answer shown; the ticket gets all of it
EditStep = Callable[[str], object]


def draw(
    journey: Journey,
    language: Language,
    *,
    edit: EditStep | None = None,
    leave_out: EditStep | None = None,
) -> None:
    """
    Draw what goes to support: the ticket's subject, the answers in order, what isn't known.

    `edit` takes the id of a step to answer again, `leave_out` that of an answer or a measurement to
    withhold, or to send after all.
    """
    checklist, draft = journey.checklist, journey.draft
    with st.container(key="subject"):
        st.text(visible(subject(checklist, draft, language), limit=200))
    lines = items(checklist, draft, now=datetime.now(UTC))
    # Questions that are asked below on this screen needn't be read back.
    open_below = {step.id for step in journey.for_review}
    lines = [line for line in lines if line.id not in open_below]
    known = [line for line in lines if not _is_unknown(line)]
    follows = explain_contradictions(checklist, draft)
    rows = _Rows(journey, language, edit, leave_out, follows)
    with st.container(key="review"):
        # Answers that contradict a measurement need a second look, so they aren't folded.
        rows.draw([line for line in known if _needs_attention(line, follows)])
        kept = [line for line in known if not _needs_attention(line, follows)]
        _draw_answers([line for line in kept if line.source not in _NOT_FROM_CUSTOMER], rows)
        _draw_noted([line for line in kept if line.source in _NOT_FROM_CUSTOMER], rows)
    _draw_unknown([line for line in lines if _is_unknown(line)], language)


def _needs_attention(line: Item, follows: Mapping[str, Mapping[str, str]]) -> bool:
    return line.source is Source.CONTRADICTED or line.id in follows


@dataclass(frozen=True, slots=True)
class _Rows:
    """Draws answers as rows, each with a button to change it."""

    journey: Journey
    language: Language
    edit: EditStep | None
    leave_out: EditStep | None
    follows: Mapping[str, Mapping[str, str]]

    def draw(self, lines: Sequence[Item], *, edit_label: str = "edit") -> None:
        # Only questions that the journey reaches have a screen to return to.
        editable = {reached.step.id for reached in self.journey.visible}
        for line in lines:
            with st.container(key=f"row-{line.id}", horizontal=True, vertical_alignment="top"):
                is_left = line.id in withheld_names(self.journey.draft)
                _draw_line(line, self.language, self.follows.get(line.id, {}), is_left=is_left)
                with st.container(width="content", gap=None, horizontal_alignment="right"):
                    if self.edit is not None and line.id in editable and not is_left:
                        actions.button(
                            words(edit_label, self.language),
                            key=f"edit-{line.id}",
                            type="tertiary",
                            on_click=self.edit,
                            args=(line.id,),
                        )
                    if not self._is_contact(line.id):
                        self.draw_leave_out(line.id)

    def draw_leave_out(self, name: str) -> None:
        """Draw the button to withhold an answer or a measurement, or to send it after all."""
        if self.leave_out is None:
            return
        is_left = name in withheld_names(self.journey.draft)
        actions.button(
            words("send_after_all" if is_left else "leave_out", self.language),
            key=f"leave-{name}",
            type="tertiary",
            on_click=self.leave_out,
            args=(name,),
        )

    def _is_contact(self, name: str) -> bool:
        return any(ask.id == name for ask in self.journey.checklist.asks_with_role("contact"))


def _draw_answers(lines: Sequence[Item], rows: _Rows) -> None:
    """Draw the customer's own answers, folded so that the open questions stay in sight."""
    if lines:
        title = words("review_said", rows.language, count=len(lines))
        with st.expander(title, key="said", type="compact"):
            rows.draw(lines)


def _draw_noted(lines: Sequence[Item], rows: _Rows) -> None:
    """Draw the answers that the customer wasn't asked for, each with a button to correct it."""
    environment, language = _environment(rows), rows.language
    checks = {step: run for step, run in rows.journey.draft.checks.items() if run.report}
    if not lines and not environment and not checks:
        return
    title = words("review_noted", language, count=len(lines) + bool(environment) + len(checks))
    with st.expander(title, key="noted", type="compact"):
        rows.draw(lines, edit_label="not_so")
        for step, run in checks.items():
            target = visible(run.target, limit=100)
            _draw_noted_text(rows, step, words("measured_of", language), target)
        if environment:
            _draw_noted_text(rows, ENVIRONMENT, words("environment_title", language), environment)


def _draw_noted_text(rows: _Rows, name: str, title: str, text: str) -> None:
    is_left = name in withheld_names(rows.journey.draft)
    with st.container(key=f"row-{name}", horizontal=True, vertical_alignment="top"):
        with st.container(width="stretch", gap=None):
            st.caption(title)
            st.text(words("not_sent", rows.language) if is_left else text)
        with st.container(width="content", gap=None):
            rows.draw_leave_out(name)


def _environment(rows: _Rows) -> str:
    """Return what the customer's own request revealed, so that it isn't sent unseen."""
    browser = rows.journey.draft.environment
    facts = [fact for fact in (browser.browser, browser.os, browser.timezone, browser.ip) if fact]
    if not facts:
        return ""
    return visible(", ".join(facts), limit=200)


def _draw_line(
    line: Item, language: Language, follows: Mapping[str, str], *, is_left: bool
) -> None:
    """Draw the customer's words as plain text: no Markdown, no links."""
    if is_left:
        with st.container(width="stretch", gap=None):
            st.caption(escape_markdown(line.label.in_(language)))
            st.text(words("not_sent", language))
        return
    notes = [follows[language]] if follows else []
    if line.source is Source.CONTRADICTED and line.measured_display:
        answer, measured = line.display[language], line.measured_display[language]
        notes.insert(0, words("contradiction", language, said=answer, measured=measured))
    with st.container(width="stretch", gap=None):
        st.caption(escape_markdown(line.label.in_(language)))
        st.text(visible(line.display[language], limit=_LONGEST))
        for place, note in enumerate(notes):
            with st.container(key=f"contradicted-{place}-{line.id}"):
                st.text(visible(note, limit=_LONGEST))


def _draw_unknown(lines: Sequence[Item], language: Language) -> None:
    if lines:
        labels = ", ".join(escape_markdown(line.label.in_(language)) for line in lines)
        st.caption(words("not_known", language, labels=labels))


def _is_unknown(line: Item) -> bool:
    return line.source is Source.UNKNOWN or line.answer in NO_ANSWER
