"""The positions of mistakes, for our script to underline them in the text."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.studio.open_file import OpenFile
from intake.ui.markdown_escape import visible

_MOST = 60


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw a hidden box per mistake; its key contains the position, its text the message."""
    problems = [
        problem
        for problem in open_file.judgement.problems
        if problem.file == f"{open_file.name}.yaml" and not open_file.clashes
    ]
    with st.container(key="studio-marks"):
        for place, problem in enumerate(problems[:_MOST]):
            spot = f"{problem.line}-{problem.column}-{problem.length}"
            with st.container(key=f"mark-{problem.severity}-{spot}-{place}"):
                st.text(visible(problem.message_in(language), limit=400))
