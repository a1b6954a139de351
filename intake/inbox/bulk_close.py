"""Several tickets at once: chosen row by row, solved after a question that says how many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.inbox import ticket_work
from intake.tickets import TicketRow
from intake.tickets.staff_entries import set_state
from intake.ui import actions, session, visitor
from intake.ui.texts import words

_ON: Final = "bulk-on"
_ASKED: Final = "bulk-asked"
_DONE: Final = "bulk-done"


def draw_bar(rows: Sequence[TicketRow], language: Language) -> None:
    """What begins, confirms and ends the choosing; nothing for who only reads."""
    if not visitor.staff_name() or not visitor.may(Right.WORK):
        return
    with st.container(key="bulk", horizontal=True, vertical_alignment="center"):
        if not is_on():
            _button("begin", words("bulk_begin", language), _begin)
            if (done := session.value(_DONE)) is not None:
                st.caption(words("bulk_done", language, count=done))
            return
        references = _chosen(rows)
        if references and session.value(_ASKED) == references:
            st.markdown(words("bulk_sure", language, count=len(references)))
            _button("yes", words("bulk_yes", language), _solve, references, style="primary")
            _button("no", words("bulk_no", language), _ask_not)
            return
        _button("all", words("bulk_all", language, count=len(rows)), _choose_all, tuple(rows))
        if references:
            label = words("bulk_solve", language, count=len(references))
            _button("solve", label, _ask, references, style="primary")
        _button("end", words("bulk_end", language), _end)


def is_on() -> bool:
    """Whether rows are being chosen."""
    return bool(session.value(_ON))


@contextmanager
def row_with_choice(row: TicketRow, language: Language) -> Iterator[None]:
    """A row of the list; while rows are chosen, with the box beside it."""
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


def _chosen(rows: Sequence[TicketRow]) -> tuple[str, ...]:
    """Only rows on screen: what is not seen isn't closed."""
    return tuple(row.reference for row in rows if session.value(_key(row)))


def _button(
    key: str, label: str, on_click: actions.Callback, *args: object, style: str = "tertiary"
) -> None:
    actions.button(label, key=f"bulk-{key}", type=style, on_click=on_click, args=args)


def _begin() -> None:
    session.set_value(_ON, value=True)
    session.set_value(_DONE, None)


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


def _solve(references: tuple[str, ...]) -> None:
    """Each as if it was done in its ticket: the right asked, recorded, customer and desk told."""
    for reference in references:
        ticket_work.change(reference, set_state("solved", visitor.staff_name()))
        session.set_value(f"pick-{reference}", value=False)
    session.set_value(_DONE, len(references))
    _end()


def _key(row: TicketRow) -> str:
    return f"pick-{row.reference}"
