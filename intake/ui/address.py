"""The page's address: which draft, which step, which language. The place survives in it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from diagnostics.texts import Language

View = Literal["person"]
_CASE, _STEP, _VIEW, _LANGUAGE, _TICKET, _AS = "case", "step", "view", "lang", "ticket", "as"
_FILE, _PART = "file", "part"
_LONGEST_TOKEN = 128


def case() -> str | None:
    """The draft's secret token."""
    token = st.query_params.get(_CASE)
    return token[:_LONGEST_TOKEN] if token else None


def open_case(token: str, language: Language) -> None:
    """Put a new draft into the address; a reload continues it from then on."""
    st.query_params.from_dict({_CASE: token, _LANGUAGE: language})


def leave_case() -> None:
    """Back to the start; the draft stays in the database and in the browser's history."""
    lang = st.query_params.get(_LANGUAGE)
    st.query_params.from_dict({_LANGUAGE: lang} if lang else {})


def step() -> str | None:
    """The step that the customer went back to, if any."""
    return st.query_params.get(_STEP)


def wants_question() -> bool:
    """Whether a measured answer was declined: the question stands open."""
    return st.query_params.get(_AS) == "question"


def go_to(step_id: str, *, as_question: bool = False) -> None:
    """Show one step, whatever is next."""
    _drop(_VIEW, _AS)
    st.query_params[_STEP] = step_id
    if as_question:
        st.query_params[_AS] = "question"


def go_on() -> None:
    """Show what is next."""
    _drop(_STEP, _VIEW, _AS)


def view() -> View | None:
    """A screen beside the questions."""
    return "person" if st.query_params.get(_VIEW) == "person" else None


def show(view: View) -> None:
    """Open a screen beside the questions."""
    _drop(_STEP, _AS)
    st.query_params[_VIEW] = view


def language() -> Language | None:
    """The language that the address names."""
    named = st.query_params.get(_LANGUAGE)
    return named if named in {"en", "ru"} else None  # type: ignore[return-value]


def set_language(language: Language) -> None:
    """Name the language in the address."""
    st.query_params[_LANGUAGE] = language


def ticket() -> str | None:
    """The ticket that staff have open."""
    return st.query_params.get(_TICKET)


def open_ticket(reference: str | None) -> None:
    """Open a ticket, or close it with None."""
    if reference is None:
        _drop(_TICKET)
    else:
        st.query_params[_TICKET] = reference


def file() -> str | None:
    """The checklist's or section's file that an author has open."""
    return st.query_params.get(_FILE)


def open_file(name: str | None) -> None:
    """Open a file in the studio, or go to the list with None."""
    _drop(_FILE, _PART)
    if name is not None:
        st.query_params[_FILE] = name


def part() -> str | None:
    """What an author looks at beside the text."""
    return st.query_params.get(_PART)


def show_part(part: str) -> None:
    """Look at something else beside the text."""
    st.query_params[_PART] = part


def _drop(*names: str) -> None:
    for name in names:
        if name in st.query_params:
            del st.query_params[name]
