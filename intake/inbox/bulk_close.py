"""
Solving several tickets at once: selected by row, after a confirmation with their number.

One click undoes it while the page is open, for tickets that have not changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.bootstrap import services
from intake.inbox import ticket_work
from intake.tickets import TicketRow
from intake.tickets.staff_entries import set_state
from intake.tickets.ticket import TicketState
from intake.ui import actions, session, visitor
from intake.ui.texts import words

_ON: Final = "bulk-on"
_ASKED: Final = "bulk-asked"
_DONE: Final = "bulk-done"
_UNDONE: Final = "bulk-undone"


def draw_bar(rows: Sequence[TicketRow], language: Language) -> None:
    """Draw the buttons that start, confirm and end the selection; nothing for readers only."""
    if not visitor.staff_name() or not visitor.may(Right.WORK):
        return
    with st.container(key="bulk", horizontal=True, vertical_alignment="center"):
        if not is_on():
            if rows:
                _button("begin", words("bulk_begin", language), _begin)
            _draw_outcome(language)
            return
        references = _selected_references(rows)
        if references and session.value(_ASKED) == references:
            st.markdown(words("bulk_sure", language, count=len(references)))
            chosen = tuple(row for row in rows if row.reference in references)
            _button("yes", words("bulk_yes", language), _solve, chosen, style="primary")
            _button("no", words("bulk_no", language), _ask_not)
            return
        _button("all", words("bulk_all", language, count=len(rows)), _choose_all, tuple(rows))
        if references:
            label = words("bulk_solve", language, count=len(references))
            _button("solve", label, _ask, references, style="primary")
        _button("end", words("bulk_end", language), _end)


def _draw_outcome(language: Language) -> None:
    """Draw how many were solved, with an Undo button; or how many were undone."""
    if solved := session.value(_DONE):
        st.caption(words("bulk_done", language, count=len(solved)))
        _button("undo", words("bulk_undo", language), _undo, solved)
    elif (undone := session.value(_UNDONE)) is not None:
        st.caption(words("bulk_undone", language, count=undone[0]))
        if left := undone[1]:
            st.caption(words("bulk_undone_left", language, count=left))


def is_on() -> bool:
    """Check whether rows are being selected."""
    return bool(session.value(_ON))


@contextmanager
def row_with_choice(row: TicketRow, language: Language) -> Iterator[None]:
    """Wrap a row of the list; during a selection, draw its checkbox beside it."""
    if not is_on():
        yield
        return
    with st.container(key=f"choosing-{row.reference}", horizontal=True, gap="small"):
        st.checkbox(
            words("bulk_choose", language, reference=row.reference),
            key=_key(row),
            label_visibility="collapsed",
        )
        yield


def _selected_references(rows: Sequence[TicketRow]) -> tuple[str, ...]:
    """Return the references of the selected rows, of those on screen only."""
    return tuple(row.reference for row in rows if session.value(_key(row)))


def _button(
    key: str, label: str, on_click: actions.Callback, *args: object, style: str = "tertiary"
) -> None:
    actions.button(label, key=f"bulk-{key}", type=style, on_click=on_click, args=args)


def _begin() -> None:
    session.set_value(_ON, value=True)
    session.set_value(_DONE, None)
    session.set_value(_UNDONE, None)


def _end() -> None:
    session.set_value(_ON, value=False)
    session.set_value(_ASKED, None)


def _choose_all(rows: Sequence[TicketRow]) -> None:
    for row in rows:
        session.set_value(_key(row), value=True)


def _ask(references: tuple[str, ...]) -> None:
    session.set_value(_ASKED, references)


def _ask_not() -> None:
    session.set_value(_ASKED, None)


def _solve(chosen: tuple[TicketRow, ...]) -> None:
    """Solve each as if in its own page: rights, audit, messages to customer and desk."""
    solved: list[tuple[str, TicketState]] = []
    for row in chosen:
        session.set_value(_key(row), value=False)
        if row.state != "solved":
            ticket_work.change(row.reference, set_state("solved", visitor.staff_name()))
            solved.append((row.reference, row.state))
    _end()
    session.set_value(_DONE, tuple(solved))


def _undo(solved: tuple[tuple[str, TicketState], ...]) -> None:
    """Restore each ticket's state, with an audit entry, unless something followed the solving."""
    unchanged = [(reference, state) for reference, state in solved if _ends_with_solving(reference)]
    for reference, state in unchanged:
        ticket_work.change(reference, set_state(state, visitor.staff_name()))
    session.set_value(_DONE, None)
    session.set_value(_UNDONE, (len(unchanged), len(solved) - len(unchanged)))


def _ends_with_solving(reference: str) -> bool:
    ticket = services().tickets.get(reference)
    if ticket is None or ticket.state != "solved" or not ticket.conversation:
        return False
    last = ticket.conversation[-1]
    return (last.author, last.kind) == ("staff", "state")


def _key(row: TicketRow) -> str:
    return f"pick-{row.reference}"
