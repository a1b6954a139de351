"""The link that an author put under a text."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.journey import Ask, Tell
from intake.ui.markdown_escape import escape_markdown


def draw_link(step: Ask | Tell, language: Language) -> None:
    """The link as a button of its own; a pinned one that isn't safe any more is left out."""
    if step.link is not None and step.link.is_safe:
        label = escape_markdown(step.link.label.in_(language), limit=120)
        st.link_button(label, step.link.to, type="tertiary")
