"""The checklist as a picture: what is measured, asked, told, and what leads past a step."""

from __future__ import annotations

import streamlit as st

from intake.authoring.drawing.svg import svg
from intake.studio.work import Work
from intake.ui.texts import Language


def draw(work: Work, language: Language) -> None:
    """Draw what the text would be; no picture while there are mistakes."""
    if work.checklist is None:
        st.caption(work.why_not_walked(language))
        return
    with st.container(key="studio-picture"):
        st.image(svg(work.checklist, language, work.outline), width="stretch")
