"""The checklist as a picture: what is measured, asked, told, and what leads past a step."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.drawing.svg import svg
from intake.studio.open_file import OpenFile


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw what the text would be; no picture while there are mistakes."""
    if open_file.checklist is None:
        st.caption(open_file.why_not_walked(language))
        return
    with st.container(key="studio-picture"):
        st.image(svg(open_file.checklist, language, open_file.outline), width="stretch")
