"""
The page's address: which draft, which step, which language. The place survives in it.

Each write is one entry in the browser's history (Streamlit pushes one whenever the address
changes), so that the phone's Back goes one screen back. Therefore a place is written once a click
and whole, and never while a page is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NoReturn

import streamlit as st

from diagnostics.texts import Language, served_languages
from intake.ui import session

ScreenName = Literal["person", "review"]
_CASE, _STEP, _VIEW, _LANGUAGE, _TICKET, _AS = "case", "step", "view", "lang", "ticket", "as"
_AGAIN, _FILE, _PART, _WITH = "again", "file", "part", "with"
_PROBLEM, _CHANNEL = "problem", "via"
# All of it goes with a move, so that no step is drawn with what belonged to the one before.
_PLACE = (_STEP, _VIEW, _AS, _AGAIN)
_LONGEST_TOKEN = 128
_MOST_FILES = 100
_LONGEST_PROPOSAL = 400
_MOST_PROPOSALS = 20
_DRAWN = "_drawn_address"


def case() -> str | None:
    """The draft's secret token."""
    token = st.query_params.get(_CASE)
    return token[:_LONGEST_TOKEN] if token else None


def open_case(
    token: str, language: Language, step_id: str | None = None, *, view: ScreenName | None = None
) -> None:
    """Put a draft into the address, at one of its steps or at what is next."""
    _write({_CASE: token, _STEP: step_id, _VIEW: view, _LANGUAGE: language})


def proposals() -> tuple[str | None, dict[str, str]]:
    """The problem that a link of the host names, and what it proposes as answers, by question."""
    named = st.query_params.to_dict()
    problem = named.pop(_PROBLEM, None)
    known = {_LANGUAGE, _CASE, _CHANNEL, *_PLACE, "embed", "place"}
    answers = {name: text[:_LONGEST_PROPOSAL] for name, text in named.items() if name not in known}
    return problem, dict(list(answers.items())[:_MOST_PROPOSALS]) if problem else {}


def channel() -> str:
    """Where a link says that it was sent, such as a messenger's name; "" where it doesn't."""
    return st.query_params.get(_CHANNEL) or ""


def leave_case(language: Language) -> None:
    """Back to the start; the draft stays in the database and in the browser's history."""
    _write({_LANGUAGE: language})


def step() -> str | None:
    """The step on screen; None for what is next."""
    return st.query_params.get(_STEP)


def wants_question() -> bool:
    """Whether a measured answer was declined: the question stands open."""
    return st.query_params.get(_AS) == "question"


def cause_before() -> str | None:
    """The code of the cause that is being measured again; empty where none was known."""
    return st.query_params.get(_AGAIN)


def go_to(step_id: str | None, *, as_question: bool = False) -> None:
    """Show one step, or with None the review, which stands behind whatever is left to ask."""
    view = None if step_id else "review"
    _move({_STEP: step_id, _VIEW: view, _AS: "question" if as_question else None})


def go_to_recheck(step_id: str, cause: str) -> None:
    """Stay at an advice while its cause, named by its code, is measured again."""
    _move({_STEP: step_id, _AGAIN: cause})


def view() -> ScreenName | None:
    """A screen that is no question of the checklist."""
    named = st.query_params.get(_VIEW)
    return named if named in {"person", "review"} else None  # type: ignore[return-value]


def show(view: ScreenName) -> None:
    """Open a screen that is no question of the checklist."""
    _move({_VIEW: view})


def language() -> Language | None:
    """The language that the address names."""
    named = st.query_params.get(_LANGUAGE)
    return named if named in served_languages() else None


def set_language(language: Language) -> None:
    """Name the language in the address."""
    _change({_LANGUAGE: language})


def ticket() -> str | None:
    """The ticket that staff have open."""
    return st.query_params.get(_TICKET)


def open_ticket(reference: str | None) -> None:
    """Open a ticket, or close it with None."""
    _change({_TICKET: reference})


def chosen(name: str) -> str:
    """What staff narrowed the list of tickets to, by the filter's name; "" for no limit."""
    return (st.query_params.get(name) or "")[:_LONGEST_PROPOSAL]


def choose(name: str, value: str) -> None:
    """Narrow the list of tickets: the address is the view, to be kept or sent to a colleague."""
    _change({name: value or None})


def choose_all(values: Mapping[str, str]) -> None:
    """Narrow the list of tickets in several ways at once; "" takes a filter away."""
    _change({name: value or None for name, value in values.items()})


def file() -> str | None:
    """The checklist's or section's file that an author has open."""
    return st.query_params.get(_FILE)


def open_file(name: str | None, *, together: Sequence[str] = ()) -> None:
    """Open a file in the studio, with others to publish together; the list with None."""
    _change({_FILE: name, _PART: None, _WITH: ",".join(together) or None})


def published_with() -> tuple[str, ...]:
    """The files that an author publishes together with the open one."""
    named = st.query_params.get(_WITH) or ""
    return tuple(dict.fromkeys(name for name in named.split(",") if name))[:_MOST_FILES]


def publish_with(names: Sequence[str]) -> None:
    """Choose the files to publish together with the open one."""
    _change({_WITH: ",".join(names) or None})


def part() -> str | None:
    """Which part of the side panel an author has open."""
    return st.query_params.get(_PART)


def show_part(part: str) -> None:
    """Open another part of the side panel."""
    _change({_PART: part})


def note_drawn() -> None:
    """The whole page is being drawn at this address: `redraw` comes back to it."""
    session.set_value(_DRAWN, st.query_params.to_dict())


def redraw() -> NoReturn:
    """From a fragment that runs by itself: draw the whole page anew, where it was drawn last."""
    # The browser sends its address with every tick. One that left it before the answer to a click
    # arrived names the step before that click, and the page would fall back to it.
    drawn = session.value(_DRAWN)
    if drawn is not None:
        _write(drawn)
    st.rerun()


def _move(place: dict[str, str | None]) -> None:
    """Go elsewhere in the same draft."""
    _change({**dict.fromkeys(_PLACE), **place})


def _change(changes: dict[str, str | None]) -> None:
    _write({**st.query_params.to_dict(), **changes})


def _write(parameters: dict[str, str | None]) -> None:
    """Write the whole address at once: each write that differs is an entry in the history."""
    written = {name: value for name, value in parameters.items() if value is not None}
    if written != st.query_params.to_dict():
        st.query_params.from_dict(written)
