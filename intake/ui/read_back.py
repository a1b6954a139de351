"""The answers read back before sending: to the customer for editing, to the author as a preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from diagnostics.texts import Language
from intake.journey import Item, Journey, Source, items, subject, what_follows
from intake.ui import actions
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import words

# What nobody said: we saw it, or it follows, or the browser or the panel told.
_OURS = (Source.MEASURED, Source.INFERRED, Source.BROWSER, Source.PANEL)
_LONGEST = 600  # characters of an answer; the whole of it goes into the ticket
EditStep = Callable[[str], object]


def draw(journey: Journey, language: Language, *, edit: EditStep | None = None) -> None:
    """
    What goes to support: the ticket's subject, the answers in order, what is not known.

    `edit` takes the id of a step that the reader wants to answer anew.
    """
    checklist, draft = journey.checklist, journey.draft
    with st.container(key="subject"):
        st.text(visible(subject(checklist, draft, language), limit=200))
    lines = items(checklist, draft, now=datetime.now(UTC))
    # What stands open below needs no reading back.
    open_below = {step.id for step in journey.for_review}
    lines = [line for line in lines if line.id not in open_below]
    known = [line for line in lines if not _is_unknown(line)]
    _draw_known([line for line in known if line.source not in _OURS], journey, language, edit)
    _draw_noted([line for line in known if line.source in _OURS], journey, language, edit)
    _draw_unknown([line for line in lines if _is_unknown(line)], language)


def _draw_noted(
    lines: Sequence[Item], journey: Journey, language: Language, edit: EditStep | None
) -> None:
    """What the customer was spared: folded, each line with a way to say that it isn't so."""
    if not lines:
        return
    title = words("review_noted", language, count=len(lines))
    with st.expander(title, type="compact"):
        _draw_rows(lines, journey, language, edit, edit_label="not_so")


def _draw_known(
    lines: Sequence[Item], journey: Journey, language: Language, edit: EditStep | None
) -> None:
    with st.container(key="review"):
        _draw_rows(lines, journey, language, edit, edit_label="edit")


def _draw_rows(
    lines: Sequence[Item],
    journey: Journey,
    language: Language,
    edit: EditStep | None,
    *,
    edit_label: str,
) -> None:
    # Only a question that the journey reaches has a screen to go back to.
    editable = {reached.step.id for reached in journey.visible}
    follows = what_follows(journey.checklist, journey.draft)
    for line in lines:
        with st.container(key=f"row-{line.id}", horizontal=True, vertical_alignment="top"):
            _draw_line(line, language, follows.get(line.id, {}))
            if edit is not None and line.id in editable:
                actions.button(
                    words(edit_label, language),
                    key=f"edit-{line.id}",
                    type="tertiary",
                    on_click=edit,
                    args=(line.id,),
                )


def _draw_line(line: Item, language: Language, follows: Mapping[str, str]) -> None:
    """The customer's own words as text: no Markdown, no links, letter by letter."""
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
    return line.source is Source.UNKNOWN or line.answer in (None, "", [])
