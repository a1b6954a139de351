"""
The page's address: the draft, the step, the language; it survives a reload.

Each write is one entry in the browser's history (Streamlit pushes one whenever the address
changes), so that the phone's Back goes one screen back. Therefore the address is written once per
click and as a whole, and never while a page is drawn.
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
# A move clears all of them, so that no step is drawn with parameters of the previous one.
_PLACE = (_STEP, _VIEW, _AS, _AGAIN)
_LONGEST_TOKEN = 128
_MOST_FILES = 100
_LONGEST_PROPOSAL = 400
_MOST_PROPOSALS = 20
_DRAWN = "_drawn_address"


def case() -> str | None:
    """Return the draft's secret token, or None."""
    token = st.query_params.get(_CASE)
    return token[:_LONGEST_TOKEN] if token else None


def open_case(
    token: str, language: Language, step_id: str | None = None, *, view: ScreenName | None = None
) -> None:
    """Put a draft into the address, at one of its steps or at the next one."""
    _write({_CASE: token, _STEP: step_id, _VIEW: view, _LANGUAGE: language})


def proposals() -> tuple[str | None, dict[str, str]]:
    """Return the problem named by a link of the host, and the answers it proposes, by question."""
    named = st.query_params.to_dict()
    problem = named.pop(_PROBLEM, None)
    known = {_LANGUAGE, _CASE, _CHANNEL, *_PLACE, "embed", "place"}
    answers = {name: text[:_LONGEST_PROPOSAL] for name, text in named.items() if name not in known}
    return problem, dict(list(answers.items())[:_MOST_PROPOSALS]) if problem else {}


def channel() -> str:
    """Return where a link says that it was sent, such as a messenger's name, or ""."""
    return st.query_params.get(_CHANNEL) or ""


def leave_case(language: Language) -> None:
    """Return to the start; the draft stays in the database and in the browser's history."""
    _write({_LANGUAGE: language})


def step() -> str | None:
    """Return the step on screen, or None for the next one."""
    return st.query_params.get(_STEP)


def wants_question() -> bool:
    """Check whether the customer declined a measured answer, so the question is shown."""
    return st.query_params.get(_AS) == "question"


def cause_before() -> str | None:
    """Return the code of the cause that is measured again; "" if none was known, else None."""
    return st.query_params.get(_AGAIN)


def go_to(step_id: str | None, *, as_question: bool = False) -> None:
    """Show a step, or with None the review, which follows whatever is left to ask."""
    view = None if step_id else "review"
    _move({_STEP: step_id, _VIEW: view, _AS: "question" if as_question else None})


def go_to_recheck(step_id: str, cause: str) -> None:
    """Stay at an advice while its cause, given by its code, is measured again."""
    _move({_STEP: step_id, _AGAIN: cause})


def view() -> ScreenName | None:
    """Return the name of a screen that is no question of the checklist, or None."""
    named = st.query_params.get(_VIEW)
    return named if named in {"person", "review"} else None  # type: ignore[return-value]


def show(view: ScreenName) -> None:
    """Open a screen that is no question of the checklist."""
    _move({_VIEW: view})


def language() -> Language | None:
    """Return the language in the address, or None."""
    named = st.query_params.get(_LANGUAGE)
    return named if named in served_languages() else None


def set_language(language: Language) -> None:
    """Write the language to the address."""
    _change({_LANGUAGE: language})


def ticket() -> str | None:
    """Return the reference of the ticket that staff have open, or None."""
    return st.query_params.get(_TICKET)


def open_ticket(reference: str | None) -> None:
    """Open a ticket, or close it with None."""
    _change({_TICKET: reference})


def filter_value(name: str) -> str:
    """Return the value of a filter of the ticket list; "" for no limit."""
    return (st.query_params.get(name) or "")[:_LONGEST_PROPOSAL]


def choose(name: str, value: str) -> None:
    """Set a filter of the ticket list; the address can be saved or sent to a colleague."""
    _change({name: value or None})


def choose_all(values: Mapping[str, str]) -> None:
    """Set several filters of the ticket list at once; "" removes one."""
    _change({name: value or None for name, value in values.items()})


def file() -> str | None:
    """Return the name of the file that an author has open, or None."""
    return st.query_params.get(_FILE)


def open_file(name: str | None, *, together: Sequence[str] = ()) -> None:
    """Open a file in the studio, with others to publish together; None opens the list."""
    _change({_FILE: name, _PART: None, _WITH: ",".join(together) or None})


def published_with() -> tuple[str, ...]:
    """Return the files to publish together with the open one."""
    named = st.query_params.get(_WITH) or ""
    return tuple(dict.fromkeys(name for name in named.split(",") if name))[:_MOST_FILES]


def publish_with(names: Sequence[str]) -> None:
    """Set the files to publish together with the open one."""
    _change({_WITH: ",".join(names) or None})


def part() -> str | None:
    """Return the part of the side panel that an author has open, or None."""
    return st.query_params.get(_PART)


def show_part(part: str) -> None:
    """Open another part of the side panel."""
    _change({_PART: part})


def note_drawn() -> None:
    """Record that the whole page is drawn at this address, for `redraw`."""
    session.set_value(_DRAWN, st.query_params.to_dict())


def redraw() -> NoReturn:
    """Draw the whole page again at its recorded address; called from a fragment."""
    # The browser sends its address with every tick of a fragment. A tick that was sent before the
    # response to a click arrived has the old step, and the page would fall back to it.
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
