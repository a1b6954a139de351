"""What changed between two texts, line by line, as text."""

from __future__ import annotations

import difflib

import streamlit as st

from intake.studio.work import Work
from intake.ui.plain import visible
from intake.ui.texts import Language, words

_MOST_LINES = 600


def draw(work: Work, language: Language) -> None:
    """From what is live to the author's text."""
    st.caption(words("studio_difference_note", language))
    draw_difference(work.live_text, work.text, language)


def draw_difference(old: str, new: str, language: Language) -> None:
    """A unified difference, coloured by the page."""
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    if not lines:
        st.caption(words("studio_no_difference", language))
        return
    shown = "\n".join(visible(line) for line in lines[:_MOST_LINES])
    st.code(shown, language="diff", wrap_lines=True)
