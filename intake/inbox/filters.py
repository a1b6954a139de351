"""
The filters of the ticket list: words, and one choice each of state, queue, cause, age.

The address contains all of them, so that a view is a bookmark, a link for a colleague, and what
Back returns to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, get_args

import streamlit as st

from diagnostics.texts import Language, as_language
from intake.bootstrap import services
from intake.database import utc_now
from intake.tickets import TicketFilter
from intake.tickets.render.words import PHRASES
from intake.tickets.ticket import TicketState
from intake.ui import actions, address, session, visitor
from intake.ui.texts import words

_QUERY: Final = "find"
_STATE, _QUEUE, _PRIORITY, _CAUSE, _DAYS = "state", "queue", "priority", "cause", "days"
_LACKS: Final = "lacks"
_NOBODY: Final = "-"
_LACKING: Final = ("delivery", "parked", "answers")
_AGES: Final = ("1", "7", "30")
_OLDER: Final = {"older-1": 1, "older-3": 3, "older-7": 7}  # days
_OWNER: Final = "owner"
_ME: Final = "me"
_FILTERS: Final = (_STATE, _OWNER, _QUEUE, _PRIORITY, _CAUSE, _LACKS, _DAYS)
NAMES: Final = (_QUERY, *_FILTERS)  # all query parameters of the filters


def draw(language: Language) -> TicketFilter:
    """Draw the search and the filters; return their values."""
    _draw_search(language)
    names = _names(language)
    active = [name for name in _FILTERS if address.filter_value(name)]
    with st.container(key="filters", horizontal=True):
        label = words("inbox_filter", language)
        with st.popover(f"{label} · {len(active)}" if active else label):
            for name in _FILTERS:
                _draw_choice(name, names[name], language)
        for name in active:
            _draw_chip(name, names[name], language)
    return _current_filter()


def in_address() -> dict[str, str]:
    """Return the chosen filters as the address has them."""
    return {name: value for name in NAMES if (value := address.filter_value(name))}


def _draw_search(language: Language) -> None:
    _follow_address(_key(_QUERY), address.filter_value(_QUERY))
    st.text_input(
        words("inbox_search", language),
        placeholder=words("inbox_search_hint", language),
        key=_key(_QUERY),
        max_chars=200,
        on_change=actions.on_change(_key(_QUERY), partial(_choose, _QUERY)),
    )


def _draw_choice(name: str, names: Mapping[str, str], language: Language) -> None:
    chosen = address.filter_value(name)
    # A link may contain a value that no ticket has now; it must be listed to be removable.
    options = ["", *dict.fromkeys((*names, *([chosen] if chosen else ())))]
    _follow_address(_key(name), chosen)
    st.selectbox(
        words(f"filter_{name}", language),
        options,
        format_func=lambda option: names.get(option, option) or words("filter_any", language),
        key=_key(name),
        on_change=actions.on_change(_key(name), partial(_choose, name)),
    )


def _draw_chip(name: str, names: Mapping[str, str], language: Language) -> None:
    chosen = address.filter_value(name)
    actions.button(
        f"{names.get(chosen, chosen)[:60]} ✕",
        key=f"unfilter-{name}",
        help=words("filter_remove", language),
        on_click=address.choose,
        args=(name, ""),
    )


def _choose(name: str) -> None:
    address.choose(name, str(session.value(_key(name)) or ""))


def _follow_address(key: str, chosen: str) -> None:
    """Set a widget to the address's value: Back, chips and links change the address only."""
    if session.value(key) != chosen:
        session.set_value(key, chosen)


def _key(name: str) -> str:
    return f"inbox-{name}"


def _names(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Return the options of each filter by their value in the address, in words for staff."""
    states: Sequence[str] = get_args(TicketState)
    desks = [checklist.desk for checklist in services().checklists.now.values()]
    causes = services().tickets.causes()
    return {
        _STATE: {state: words(f"filter_state_{state}", language) for state in states},
        _OWNER: {
            **({_ME: words("filter_owner_me", language)} if visitor.staff_name() else {}),
            _NOBODY: words("filter_owner_nobody", language),
            **{name: name for name in services().tickets.owners()},
        },
        _QUEUE: {
            name: title.in_(language) for desk in desks for name, title in desk.queues.items()
        },
        _PRIORITY: dict(PHRASES[as_language(language)].priorities)
        | {name: title.in_(language) for desk in desks for name, title in desk.priorities.items()},
        _CAUSE: {code: title.in_(language) for code, title in causes.items()},
        _LACKS: {lack: words(f"filter_lacks_{lack}", language) for lack in _LACKING},
        _DAYS: {
            days: words(f"filter_days_{days.replace('-', '_')}", language)
            for days in (*_AGES, *_OLDER)
        },
    }


def _current_filter() -> TicketFilter:
    state, days, lacks = (address.filter_value(name) for name in (_STATE, _DAYS, _LACKS))
    return TicketFilter(
        query=address.filter_value(_QUERY),
        state=next((known for known in get_args(TicketState) if known == state), None),
        owner=_owner(address.filter_value(_OWNER)),
        queue=address.filter_value(_QUEUE) or None,
        priority=address.filter_value(_PRIORITY) or None,
        cause_code=address.filter_value(_CAUSE) or None,
        undelivered=lacks == "delivery",
        parked=lacks == "parked",
        incomplete=lacks == "answers",
        since=utc_now() - timedelta(days=int(days)) if days in _AGES else None,
        before=utc_now() - timedelta(days=_OLDER[days]) if days in _OLDER else None,
    )


def _owner(chosen: str) -> str | None:
    """Return the owner to filter by; "me" in a shared link or view is the person who opens it."""
    if chosen == _ME:
        return visitor.staff_name() or None
    return {"": None, _NOBODY: ""}.get(chosen, chosen)
