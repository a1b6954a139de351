"""The picture and the link that an author put under a text."""

from __future__ import annotations

from html import escape

import streamlit as st

from diagnostics.texts import Language
from intake.journey import Ask, Tell
from intake.journey.pictures import is_picture_name
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.site_path import site_path


def draw_below_text(step: Ask | Tell, language: Language) -> None:
    """Draw the picture, and the link as a button; an unsafe link of an old checklist is omitted."""
    picture = step.picture
    if picture is not None and is_picture_name(picture.file):
        # If the file is gone, the browser shows the text alternative.
        words = escape(visible(picture.alt.in_(language)), quote=True)
        st.html(
            f'<img src="{site_path(f"/pictures/{picture.file}")}" alt="{words}" loading="lazy" '
            'style="max-width: 100%; border-radius: 0.5rem">'
        )
    if step.link is not None and step.link.is_safe:
        label = escape_markdown(step.link.label.in_(language), limit=120)
        st.link_button(label, step.link.to, type="tertiary")
