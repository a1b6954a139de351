"""Below an ended check: the browser's measuring frame, the friend's link, and updates."""

from __future__ import annotations

from functools import partial

import streamlit as st

from intake.bootstrap import services
from intake.journey import CheckRun
from intake.ui import actions, address, boundary, session
from intake.ui.site_path import site_path
from intake.ui.texts import words
from intake.wizard.case import Case

_TICK_S = 2.0
_FRAME_PX = 32
_NOT_DOWN = {"healthy", "degraded", "inconclusive"}


def draw(case: Case, run: CheckRun) -> None:
    """Draw the measuring frame while it is needed, and the button to ask a friend."""
    if run.state != "done" or run.report is None:
        return
    token = services().views.token_for(case.id, run, st.context.ip_address or "")
    if token is not None:
        with st.container(key=f"look-{run.step}"):
            st.iframe(site_path(f"/look/{token}?lang={case.language}"), height=_FRAME_PX)
    _draw_unban(case, run)
    asks_friend = _draw_friend_link(case, run)
    is_looked_at = services().other_vantages.is_looking(case.id, run.step)
    is_asking = services().bans.is_asking(case.id, run.step)
    if token is not None or asks_friend or is_looked_at or is_asking:
        seen = services().views.viewers(case.id, run)
        tick = st.fragment(_await_news, run_every=_TICK_S)
        tick(case.id, run, seen, token, is_asking=is_asking)


def _draw_friend_link(case: Case, run: CheckRun) -> bool:
    """Draw the button or the friend's link; return whether a friend's result may come."""
    is_mail = run.report is not None and run.report.get("kind") == "mail"
    if is_mail or run.facts.get("verdict") not in _NOT_DOWN:
        return False
    views, language = services().views, case.language
    if session.value(_key(run.step)) is None:
        actions.button(
            words("friend_ask", language),
            key=f"friend-{run.step}",
            on_click=_open_link,
            args=(case.token, case.id, run.step),
        )
        return False
    link = f"{services().settings.base_url}/friend/{views.link_token(case.token, run.step)}"
    with st.container(key=f"friend-link-{run.step}"):
        st.caption(words("friend_ask_body", language))
        st.code(link, language=None, wrap_lines=True)
    return True


def _draw_unban(case: Case, run: CheckRun) -> None:
    """Draw the button to lift the block of the customer's own address, if permitted."""
    bans = services().bans
    if bans.is_asking(case.id, run.step):
        st.caption(words("unban_asking", case.language))
    elif bans.may_lift(run):
        actions.button(
            words("unban_lift", case.language),
            key=f"unban-{run.step}",
            on_click=bans.lift,
            args=(case.id, run),
        )


def _open_link(token: str, draft_id: str, step: str) -> None:
    services().views.open_link(token, draft_id, step)
    session.set_value(_key(step), value=True)


def _key(step: str) -> str:
    return f"_friend_link_{step}"


def _await_news(
    draft_id: str, run: CheckRun, seen: frozenset[str], token: str | None, *, is_asking: bool
) -> None:
    """Run as a fragment; redraw the whole page when there is a new result."""
    boundary.attempt(partial(_redraw_at_news, draft_id, run, seen, token, is_asking=is_asking))


def _redraw_at_news(
    draft_id: str, run: CheckRun, seen: frozenset[str], token: str | None, *, is_asking: bool
) -> None:
    views = services().views
    is_spent = token is not None and views.find(token) is None
    is_answered = is_asking and not services().bans.is_asking(draft_id, run.step)
    if is_spent or is_answered or views.viewers(draft_id, run) != seen:
        address.redraw()
