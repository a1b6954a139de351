"""
Buttons whose click is never lost, never done twice, and never breaks the page.

Streamlit keeps in memory which callback belongs to which button. After a restart of the server the
browser's next click reaches a session that never drew the button: its callback is unknown, and
only the button's return value tells of the click (docs/decisions/0004). Here both ways end in one
function, which runs inside the boundary that turns a failure of ours into words.
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
    Draw a button; a click runs `on_click(*args)` exactly once. `style` is Streamlit's.

    `collect` reads what was typed, at the click; its result is the last argument of `on_click`.
    """
    action = partial(staff_actions.checked(on_click), *args)
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
    """Draw a form's button, after the form's inputs: they hold what was typed when it runs."""
    action = partial(staff_actions.checked(on_click), *args)
    clicked = st.form_submit_button(
        label, key=key, on_click=_run, args=(key, action, collect), **style
    )
    _catch_up(key, action, collect, clicked=clicked)


def on_change(key: str, callback: Callback) -> Callable[[], None]:
    """What a widget runs when its value changes, inside the boundary."""
    return partial(_run, key, staff_actions.checked(callback))


def draw_trouble(language: Language) -> None:
    """What went wrong with the last click, if anything did, and the way to try it again."""
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
    # Before the work: a click that fails is dealt with, too, and must not run a second time.
    session.mark_handled(key)
    session.clear_trouble()
    trouble = boundary.attempt(action, collect)
    if trouble is not None:
        session.set_trouble(trouble)


def _catch_up(key: str, action: Callback, collect: Collect | None, *, clicked: bool) -> None:
    """Do the work of a click whose callback the restarted server didn't know."""
    if clicked and not session.take_handled(key):
        _run(key, action, collect)
        session.take_handled(key)
        # What was drawn above the button is from before the click.
        st.rerun()
