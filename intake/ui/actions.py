"""
Buttons whose clicks are never lost, run exactly once, and never break the page.

Streamlit keeps in memory which callback belongs to which button. After a restart of the server the
browser's next click reaches a session that never drew the button: its callback is unknown, and
only the button's return value tells of the click (docs/decisions/0004). Here both ways end in one
function, which runs inside the boundary that turns our failures into texts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import NotPermittedError
from intake.ui import boundary, session, staff_actions
from intake.ui.texts import words

Callback = Callable[..., object]
Collect = Callable[[], object]


def button(
    label: str,
    *,
    key: str,
    on_click: Callback,
    args: tuple[object, ...] = (),
    collect: Collect | None = None,
    **style: Any,  # noqa: ANN401 - whatever Streamlit takes
) -> None:
    """
    Draw a button; a click runs `on_click(*args)` exactly once. `style` is passed to Streamlit.

    `collect` reads what was typed, at the click; its result is the last argument of `on_click`.
    """
    action = partial(staff_actions.guard_callback(on_click), *args)
    clicked = st.button(label, key=key, on_click=_run, args=(key, action, collect), **style)
    _catch_up(key, action, collect, clicked=clicked)


def submit_button(
    label: str,
    *,
    key: str,
    on_click: Callback,
    args: tuple[object, ...] = (),
    collect: Collect | None = None,
    **style: Any,  # noqa: ANN401 - whatever Streamlit takes
) -> None:
    """Draw a form's button; call it after the form's inputs, so that their values are current."""
    action = partial(staff_actions.guard_callback(on_click), *args)
    clicked = st.form_submit_button(
        label, key=key, on_click=_run, args=(key, action, collect), **style
    )
    _catch_up(key, action, collect, clicked=clicked)


def on_change(key: str, callback: Callback) -> Callable[[], None]:
    """Return a callback for a widget's change, wrapped in the boundary."""
    return partial(_run, key, staff_actions.guard_callback(callback))


def draw_trouble(language: Language) -> None:
    """Draw the failure of the last click, if there was one, with a button to try again."""
    trouble = session.trouble()
    if isinstance(trouble, NotPermittedError):
        st.warning(words("action_not_permitted", language))
        return
    if not isinstance(trouble, boundary.PageFailure):
        return
    with st.container(key="trouble"):
        st.error(trouble.explain(language))
        button(
            words("try_again", language),
            key="try-again",
            on_click=trouble.retry or session.clear_trouble,
            width="stretch",
        )


def _run(key: str, action: Callback, collect: Collect | None = None) -> None:
    # Before the action: a failed click is handled, too, and must not run a second time.
    session.mark_handled(key)
    session.clear_trouble()
    trouble = boundary.attempt(action, collect)
    if trouble is not None:
        session.set_trouble(trouble)


def _catch_up(key: str, action: Callback, collect: Collect | None, *, clicked: bool) -> None:
    """Run the action of a click whose callback the restarted server didn't know."""
    if clicked and not session.take_handled(key):
        _run(key, action, collect)
        session.take_handled(key)
        # What was drawn above the button is from before the click.
        st.rerun()
