"""Line-by-line differences between two texts."""

from __future__ import annotations

import difflib

import streamlit as st

from diagnostics.texts import Language
from intake.studio.open_file import OpenFile
from intake.ui.markdown_escape import visible
from intake.ui.texts import words

_MOST_LINES = 600


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the difference from the live text to the author's."""
    st.caption(words("studio_difference_note", language))
    draw_diff(open_file.live_text, open_file.text, language)


def draw_diff(old: str, new: str, language: Language) -> None:
    """Draw a unified diff, coloured by the page."""
    # Without the first two lines, which name files.
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    if not lines:
        st.caption(words("studio_no_difference", language))
        return
    text = "\n".join(visible(line) for line in lines[:_MOST_LINES])
    st.code(text, language="diff", wrap_lines=True)
