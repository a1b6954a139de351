"""The checklist as a diagram: measurements, questions, advice, and what skips a step."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.drawing.svg import WIDTH, svg
from intake.studio.open_file import OpenFile
from intake.ui.texts import words

_SIZES: Final = (0, 75, 100, 150, 200)  # percent; 0 fits the column


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the diagram of the text; none while it has mistakes."""
    if open_file.checklist is None:
        st.caption(open_file.reason_without_checklist(language))
        return
    zoom = st.segmented_control(
        words("studio_zoom", language),
        _SIZES,
        default=_SIZES[0],
        required=True,
        format_func=lambda size: f"{size}%" if size else words("studio_zoom_fit", language),
        key="studio-zoom",
        label_visibility="collapsed",
    )
    # If larger than the column, it scrolls in its frame.
    with st.container(key="studio-picture"):
        width: Literal["stretch"] | int = int(WIDTH * zoom / 100) if zoom else "stretch"
        title = open_file.checklist.title.in_(language)
        alt = words("studio_drawing_alt", language, title=title)
        st.image(svg(open_file.checklist, language, open_file.outline), width=width, alt=alt)
