"""Saved views of the ticket list: one's own and shared ones, saved and removed."""

from __future__ import annotations

from typing import Final

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import Account, Right
from intake.bootstrap import services
from intake.inbox import filters
from intake.tickets.saved_views import MAX_NAME_LENGTH, SavedView, ViewRefused
from intake.ui import actions, address, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_NAME: Final = "view-name"
_SHARED: Final = "view-shared"
_PROBLEM: Final = "view-problem"


def draw(language: Language) -> None:
    """Draw a button for each view, and those that save or remove the current one."""
    account = visitor.account()
    if account is None:
        return
    kept, chosen = services().views_of_inbox.of(account.login), filters.in_address()
    if not kept and not chosen:
        return
    with st.container(key="views", horizontal=True):
        for view in kept:
            _draw_view(view, language, is_chosen=dict(view.filters) == chosen)
        on_screen = next((view for view in kept if dict(view.filters) == chosen), None)
        if on_screen is None and chosen:
            with st.popover(words("view_keep", language)):
                _draw_form(account, language)
        elif on_screen is not None and _may_remove(account, on_screen):
            actions.button(
                words("view_remove", language),
                key="view-remove",
                type="tertiary",
                on_click=_remove,
                args=(on_screen,),
            )


def _draw_view(view: SavedView, language: Language, *, is_chosen: bool) -> None:
    shared = f" · {words('view_shared_mark', language)}" if view.is_shared else ""
    actions.button(
        f"{escape_markdown(view.name, limit=MAX_NAME_LENGTH)}{shared}",
        key=f"view-{view.id}",
        type="primary" if is_chosen else "secondary",
        on_click=address.choose_all,
        args=({name: view.filters.get(name, "") for name in filters.NAMES},),
    )


def _draw_form(account: Account, language: Language) -> None:
    st.text_input(words("view_name", language), key=_NAME, max_chars=MAX_NAME_LENGTH)
    if account.may(Right.WORK):
        st.checkbox(words("view_for_all", language), key=_SHARED)
    if problem := session.value(_PROBLEM):
        st.warning(words(f"view_refused_{problem.replace('-', '_')}", language))
    actions.button(
        words("view_keep", language),
        key="view-save",
        type="primary",
        collect=lambda: (str(session.value(_NAME) or ""), bool(session.value(_SHARED))),
        on_click=_save,
    )


@staff_action(
    "view.save",
    about=lambda typed: typed[0],
    detail=lambda typed: "shared" if typed[1] else "",
)
def _save(typed: tuple[str, bool]) -> None:
    account = visitor.account()
    if account is None:
        return
    name, is_shared = typed
    session.set_value(_PROBLEM, None)
    try:
        services().views_of_inbox.save(
            account.login,
            name,
            filters.in_address(),
            is_shared=is_shared and account.may(Right.WORK),
        )
    except ViewRefused as refusal:
        session.set_value(_PROBLEM, refusal.reason)
        return
    session.set_value(_NAME, "")


@staff_action("view.remove", about=lambda view: view.name)
def _remove(view: SavedView) -> None:
    account = visitor.account()
    if account is not None and _may_remove(account, view):
        owner = None if account.may(Right.ADMINISTER) and view.is_shared else account.login
        services().views_of_inbox.remove(view.id, owner=owner)


def _may_remove(account: Account, view: SavedView) -> bool:
    return view.owner == account.login or (view.is_shared and account.may(Right.ADMINISTER))
