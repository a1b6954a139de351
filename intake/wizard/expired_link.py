"""The screen for a link whose draft is gone."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.ui import actions, address, session
from intake.ui.relative_time import drafts_kept_for
from intake.ui.texts import words


def draw(language: Language) -> None:
    """Draw that the draft is gone, with a button to the start."""
    st.header(words("lost_title", language), anchor=False)
    st.write(words("lost_body", language, time=drafts_kept_for(language)))
    actions.button(
        words("start_again", language),
        type="primary",
        key="again",
        width="stretch",
        on_click=start_again,
        args=(language,),
    )


def start_again(language: Language) -> None:
    """Leave this draft's address for the start page."""
    session.unpin()
    address.leave_case(language)
