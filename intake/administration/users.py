"""The users: their roles, when each was last seen, and the buttons that change them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import StaffRole
from intake.accounts.sessions import LINK
from intake.accounts.users import UserRow
from intake.bootstrap import services
from intake.journey import Hint
from intake.ui import actions, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.relative_time import time_ago
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_PLACE = "admin-users"  # of the hint


def draw(language: Language) -> None:
    """Draw the users, and who else is signed in."""
    st.subheader(words("admin_users", language), anchor=False)
    rows, seen = services().users.rows(), services().sessions.open_logins()
    hint: Hint | None = session.hint(_PLACE)
    if hint:
        st.warning(escape_markdown(hint.text))
    if not rows:
        st.caption(words("admin_users_none", language))
    for row in rows:
        with st.container(key=f"user-{row.login}", horizontal=True, vertical_alignment="center"):
            last = time_ago(seen[row.login], language) if row.login in seen else ""
            _draw_user(row, last, language)
    for login in sorted(seen.keys() - {row.login for row in rows}):
        with st.container(key=f"session-{login}", horizontal=True, vertical_alignment="center"):
            last = time_ago(seen[login], language)
            # Who came by the printed link has no login of their own.
            who = words("admin_by_link", language) if login == LINK else login
            st.markdown(f"{escape_markdown(who, limit=120)} · {last}")
            _draw_sign_out(login, language)


def _draw_user(row: UserRow, last_seen: str, language: Language) -> None:
    facts = " · ".join(filter(None, (row.login, last_seen)))
    st.markdown(f"**{escape_markdown(row.name)}** · {escape_markdown(facts)}", width="stretch")
    key = f"roles-{row.login}"
    if session.value(key) is None:
        session.set_value(key, sorted(row.roles))
    st.pills(
        words("admin_roles", language),
        list(StaffRole),
        selection_mode="multi",
        key=key,
        format_func=lambda role: words(f"admin_role_{role}", language),
        label_visibility="collapsed",
        on_change=actions.on_change(key, partial(_set_roles, row.login, language)),
    )
    if last_seen:
        _draw_sign_out(row.login, language)
    account = visitor.account()
    if account is not None and account.login != row.login:  # nobody locks themselves out
        actions.button(
            words("admin_remove", language),
            key=f"remove-{row.login}",
            type="tertiary",
            on_click=_remove,
            args=(row.login,),
        )


def _draw_sign_out(login: str, language: Language) -> None:
    actions.button(
        words("admin_sign_out", language),
        key=f"sign-out-{login}",
        type="tertiary",
        on_click=_sign_out,
        args=(login,),
    )


def _chosen_roles(login: str) -> list[StaffRole]:
    return list(session.value(f"roles-{login}") or ())


@staff_action(
    "user.role",
    about=lambda login, _: login,
    detail=lambda login, _: ", ".join(_chosen_roles(login)),
)
def _set_roles(login: str, language: Language) -> None:
    roles = _chosen_roles(login)
    account = visitor.account()
    is_own = account is not None and account.login == login
    problem = ""
    if is_own and StaffRole.ADMIN not in roles:
        problem = "admin_own_role"
    elif not roles:
        problem = "admin_no_role"
    else:
        services().users.set_roles(login, roles)
    hint = Hint("role", words(problem, language), can_insist=False) if problem else None
    session.set_hint(_PLACE, hint)
    session.set_value(f"roles-{login}", None)  # what is stored is shown


@staff_action("user.remove", about=lambda login: login)
def _remove(login: str) -> None:
    services().users.remove(login)


@staff_action("user.sign-out", about=lambda login: login)
def _sign_out(login: str) -> None:
    services().sessions.end_all_of(login)
