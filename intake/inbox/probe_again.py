"""
Measuring a ticket's target again: the button, the progress, and what has changed.

The customer's original measurement is kept; later ones are shown beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from diagnostics import summarise
from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.bootstrap import services
from intake.database import utc_now
from intake.inbox.evidence import draw_measured, why_no_report
from intake.tickets import Ticket
from intake.tickets.letter_diagnosis import is_letter
from intake.tickets.probe_comparison import (
    ObservationChange,
    ProbeComparison,
    compare_probes,
)
from intake.tickets.probe_store import TicketProbe
from intake.tickets.ticket import ObservationText, TicketDiagnosis, TicketText
from intake.ui import actions, address, boundary, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.observation_list import MARKS, observation_list
from intake.ui.relative_time import clock_time
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_TICK_S: Final = 1.0
_LONGEST: Final = 200


def draw(ticket: Ticket, language: Language) -> None:
    """Draw the buttons and the measurements so far; nothing if nothing can be measured."""
    measured = [check for check in ticket.diagnoses if not is_letter(check)]
    if not measured:
        return
    probes = services().probe_store.of(ticket.reference)
    with st.container(key="probes", gap="small"):
        if visitor.may(Right.WORK):
            _draw_buttons(ticket, measured, probes, language)
        refusal = session.hint(_place(ticket))
        if refusal:
            st.warning(words(f"probe_refused_{refusal.replace('-', '_')}", language))
        for place, probe in enumerate(probes):
            _draw_probe(ticket, probe, language, is_latest=place == 0)


def _draw_buttons(
    ticket: Ticket,
    measured: Sequence[TicketDiagnosis],
    probes: tuple[TicketProbe, ...],
    language: Language,
) -> None:
    now = utc_now()
    busy = {probe.step for probe in probes if probe.diagnosis is None and not probe.is_lost(now)}
    is_one = len(measured) == 1
    with st.container(key="probe-buttons", horizontal=True):
        for diagnosis in measured:
            target = escape_markdown(diagnosis.target, limit=60)
            label = "probe_again" if is_one else "probe_again_target"
            actions.button(
                words(label, language, target=target),
                key=f"probe-{diagnosis.step}",
                type="secondary",
                disabled=diagnosis.step in busy,
                on_click=_probe,
                args=(ticket, diagnosis.step),
            )


@staff_action(
    "ticket.probe",
    about=lambda ticket, _: ticket.reference,
    detail=lambda _, step: step,
)
def _probe(ticket: Ticket, step: str) -> None:
    refusal = services().probes.begin(
        ticket, step, by_name=visitor.staff_name(), client=visitor.client()
    )
    session.set_hint(_place(ticket), refusal or None)


def _draw_probe(ticket: Ticket, probe: TicketProbe, language: Language, *, is_latest: bool) -> None:
    before = next((check for check in ticket.diagnoses if check.step == probe.step), None)
    with st.container(key=f"probe-result-{probe.id}", border=is_latest, gap="small"):
        if probe.diagnosis is None and probe.is_lost(utc_now()):
            st.caption(f"{_when(probe, language)}: {words('probe_lost', language)}")
        elif probe.diagnosis is None:
            tick = st.fragment(_draw_running, run_every=_TICK_S)
            tick(ticket.reference, probe, language)
        elif before is not None:
            result = compare_probes(
                before, probe.diagnosis, is_expected_known=probe.is_expected_known
            )
            _draw_result(probe, probe.diagnosis, result, language, is_latest=is_latest)


def _draw_running(reference: str, probe: TicketProbe, language: Language) -> None:
    """Draw a running measurement as a fragment, which Streamlit runs alone: it needs a boundary."""
    if boundary.attempt(partial(_draw_progress, reference, probe, language)):
        st.caption(words("check_failed", language))


def _draw_progress(reference: str, probe: TicketProbe, language: Language) -> None:
    st.caption(f"{_when(probe, language)}: {words('probe_running', language)}")
    shared = services().probes.running(probe.id)
    if shared is not None:
        lines = [
            (summarise(seen, language, for_staff=True), seen.duration_s)
            for seen in shared.snapshot()
        ]
        with st.container(key=f"live-probe-{probe.id}"):
            st.markdown(observation_list(lines, language))
        return
    # Another process measures, or this one has just stored the result.
    kept = {row.id: row for row in services().probe_store.of(reference)}.get(probe.id)
    if kept is None or kept.diagnosis is not None or kept.is_lost(utc_now()):
        address.redraw()


def _draw_result(
    probe: TicketProbe,
    diagnosis: TicketDiagnosis,
    result: ProbeComparison,
    language: Language,
    *,
    is_latest: bool,
) -> None:
    outcome = words(f"probe_outcome_{result.outcome}", language)
    when = escape_markdown(_when(probe, language))
    if not is_latest:
        with st.expander(f"{outcome} · {when}", type="compact"):
            _draw_changes(result, language)
            _draw_measured(probe, diagnosis, language)
        return
    st.markdown(f"**{outcome}** :gray[{when}]")
    _draw_changes(result, language)
    with st.expander(words("probe_measured_now", language), type="compact"):
        _draw_measured(probe, diagnosis, language)


def _draw_changes(result: ProbeComparison, language: Language) -> None:
    """Draw the cause then and now, and each measurement that differs."""
    causes = [(words("probe_before", language), result.cause_before)]
    if result.outcome != "failed":
        causes.append((words("probe_now", language), result.cause_now))
    lines = [
        f"{label}: {escape_markdown(_cause(title, language), limit=_LONGEST)}"
        for label, title in causes
    ]
    st.markdown("  \n".join(lines))
    if result.changes:
        st.markdown("\n".join(_change(change, language) for change in result.changes))
    elif result.outcome != "failed":
        st.caption(words("probe_nothing_changed", language))


def _draw_measured(probe: TicketProbe, diagnosis: TicketDiagnosis, language: Language) -> None:
    with st.container(key=f"chain-probe-{probe.id}"):
        if diagnosis.report is None:
            st.caption(escape_markdown(why_no_report(diagnosis, language)))
            return
        draw_measured(diagnosis, language)
        st.json(dict(diagnosis.report), expanded=1)


def _change(change: ObservationChange, language: Language) -> str:
    """Return one line: an observation then and now."""
    if change.before is None and change.now is not None:
        return f"- {words('probe_only_now', language)}: {_observation(change.now, language)}"
    if change.now is None and change.before is not None:
        return f"- {words('probe_only_before', language)}: {_observation(change.before, language)}"
    before, now = (
        _observation(seen, language) for seen in (change.before, change.now) if seen is not None
    )
    if change.values:
        values = "; ".join(f"{old or '–'} → {new or '–'}" for old, new in change.values)
        return f"- {now}: {escape_markdown(values, limit=_LONGEST)}"
    return f"- {before} → {now}"


def _observation(seen: ObservationText, language: Language) -> str:
    return f"{MARKS.get(seen.mark, '·')} {escape_markdown(seen.text.in_(language), limit=_LONGEST)}"


def _cause(title: TicketText | None, language: Language) -> str:
    return title.in_(language) if title else words("probe_no_cause", language)


def _when(probe: TicketProbe, language: Language) -> str:
    when = clock_time(probe.started_at, visitor.zone(), language)
    return f"{when}, {probe.by_name}" if probe.by_name else when


def _place(ticket: Ticket) -> str:
    return f"probe-{ticket.reference}"
