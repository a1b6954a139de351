"""The measurements of a ticket: a picture, one line each, the raw report folded."""

from __future__ import annotations

import streamlit as st

from diagnostics import ObservationSummary
from diagnostics.texts import Language
from intake.tickets import Ticket
from intake.tickets.render.words import PHRASES
from intake.tickets.ticket import TicketDiagnosis
from intake.ui.markdown_escape import escape_markdown
from intake.ui.measured_figures import draw_figures_of_ticket
from intake.ui.observation_list import observation_list
from intake.ui.texts import words


def draw(ticket: Ticket, language: Language) -> None:
    """Draw every check of the ticket; nothing if there was none."""
    if not ticket.diagnoses:
        return
    st.subheader(words("evidence", language), anchor=False)
    for diagnosis in ticket.diagnoses:
        # A returned letter may name no recipient.
        about = diagnosis.target or words("evidence_letter", language)
        st.markdown(f"**{escape_markdown(about, limit=120)}**")
        with st.container(key=f"chain-{diagnosis.step}"):
            draw_diagnosis(diagnosis, language)


def draw_diagnosis(diagnosis: TicketDiagnosis, language: Language) -> None:
    """Draw one check: its picture, its measurements, the raw report; or why there is none."""
    if diagnosis.report is None:
        st.caption(escape_markdown(why_no_report(diagnosis, language)))
        return
    draw_measured(diagnosis, language)
    with st.expander(words("raw", language)):
        st.json(dict(diagnosis.report), expanded=1)


def draw_measured(diagnosis: TicketDiagnosis, language: Language) -> None:
    """Draw a check's measurements without the raw report."""
    if diagnosis.findings:
        draw_figures_of_ticket(diagnosis.findings[0].code, diagnosis.report, language)
    lines = (
        (ObservationSummary(seen.mark, seen.text.in_(language)), seen.duration_s)
        for seen in diagnosis.chain
    )
    st.markdown(observation_list(lines, language, digits=3))


def why_no_report(diagnosis: TicketDiagnosis, language: Language) -> str:
    """Return why there is no report; a check still running has not failed."""
    if diagnosis.state == "running":
        return PHRASES[language].check_running.format(target=diagnosis.target)
    return diagnosis.why_failed or words("check_failed", language)
