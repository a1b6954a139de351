"""One widget a kind of question, and what the customer put into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from pydantic import JsonValue

from intake.journey import Ask, duration, moment
from intake.ui import session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import Language, words

DONT_KNOW = "\N{SYMBOL FOR NULL}"  # no checklist can name a choice so
_PICKED = {"moment": moment.QUICK_PICKS, "duration": duration.QUICK_PICKS}
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "pdf", "txt", "log"]


def key_of(step: Ask, part: str = "answer") -> str:
    """The widget's key: the same question is the same widget, also after a restart."""
    return f"{part}-{step.id}"


def draw(step: Ask, said: JsonValue, *, answered: bool, language: Language) -> None:
    """Draw the question's widget, showing what was said before."""
    drawer = _DRAWERS[step.kind]
    drawer(step, said, answered, language)


def collect(step: Ask) -> JsonValue:
    """What the drawn widget holds, as `Journey.accept` takes it; None for "I don't know"."""
    if step.kind == "file":
        return session.value(uploader_key(step)) or ""
    value = session.value(key_of(step))
    if step.kind in {"choice", "yes-no"}:
        return None if value == DONT_KNOW else value or ""
    if step.kind == "choices":
        picked = list(value or [])
        return None if DONT_KNOW in picked else picked
    if step.kind in _PICKED:
        exact = (session.value(key_of(step, "exact")) or "").strip()
        if exact:
            return exact
        return None if value == DONT_KNOW else value or ""
    return value or ""


def uploader_key(step: Ask) -> str:
    """The uploader's own key: a new one, and so an empty widget, after its files were kept."""
    taken = session.round_of(step.id)
    return key_of(step, f"answer-{taken}") if taken else key_of(step)


def has_own_dont_know(step: Ask) -> bool:
    """Whether "I don't know" is one of the widget's own choices, not a button beside Next."""
    return step.kind in {"choice", "yes-no", "choices", *_PICKED}


def _choice(step: Ask, said: JsonValue, answered: bool, language: Language) -> None:  # noqa: FBT001 - one signature for all drawers
    options = _options(step, language)
    if step.dont_know:
        options[DONT_KNOW] = words("dont_know", language)
    ids = list(options)
    chosen = DONT_KNOW if answered and said is None else said
    st.radio(
        step.text.in_(language),
        ids,
        index=ids.index(str(chosen)) if chosen in options else None,
        format_func=lambda name: escape_markdown(options[name]),
        key=key_of(step),
        label_visibility="collapsed",
        width="stretch",
    )


def _choices(step: Ask, said: JsonValue, answered: bool, language: Language) -> None:  # noqa: FBT001 - see above
    options = _options(step, language)
    if step.dont_know:
        options[DONT_KNOW] = words("dont_know", language)
    before = [DONT_KNOW] if answered and said is None else said
    st.pills(
        step.text.in_(language),
        list(options),
        selection_mode="multi",
        default=[name for name in before if name in options] if isinstance(before, list) else None,
        format_func=lambda name: escape_markdown(options[name]),
        key=key_of(step),
        label_visibility="collapsed",
    )


def _pick_or_say(step: Ask, said: JsonValue, answered: bool, language: Language) -> None:  # noqa: FBT001 - see above
    """Rough answers for one tap, and a line for the exact one: a time, or how long."""
    picks, exact = _PICKED[step.kind], f"{step.kind}_exact"
    options = {name: text.in_(language) for name, text in picks.items()}
    if step.dont_know:
        options[DONT_KNOW] = words("dont_know", language)
    before = str(said.get("said", "")) if isinstance(said, dict) else ""
    quick = DONT_KNOW if answered and said is None else before
    st.pills(
        words("roughly", language),
        list(options),
        default=quick if quick in options else None,
        format_func=lambda name: escape_markdown(options[name]),
        key=key_of(step),
        label_visibility="collapsed",
    )
    st.text_input(
        words(exact, language),
        value=before if before not in options else "",
        placeholder=words(f"{step.kind}_placeholder", language),
        key=key_of(step, "exact"),
        max_chars=200,
    )


def _line(step: Ask, said: JsonValue, answered: bool, language: Language) -> None:  # noqa: FBT001 - see above
    del answered
    session.fill_in(key_of(step))
    st.text_input(
        step.text.in_(language),
        value=_as_line(said),
        placeholder=_example(step, language),
        key=key_of(step),
        label_visibility="collapsed",
        autocomplete=_AUTOCOMPLETE.get(step.kind, "off"),
    )
    if step.unit:
        st.caption(escape_markdown(step.unit.in_(language)))


_AUTOCOMPLETE = {"e-mail": "email", "target": "url", "phone": "tel", "account": "username"}


def _as_line(said: JsonValue) -> str:
    """What was said before, as it can be typed; a number too."""
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return f"{said}" if is_number or isinstance(said, str) else ""


def _lines(step: Ask, said: JsonValue, answered: bool, language: Language) -> None:  # noqa: FBT001 - see above
    del answered
    st.text_area(
        step.text.in_(language),
        value=said if isinstance(said, str) else "",
        placeholder=_example(step, language),
        key=key_of(step),
        label_visibility="collapsed",
        height=140,
    )


def _files(step: Ask, said: JsonValue, answered: bool, language: Language) -> None:  # noqa: FBT001 - see above
    del said, answered
    st.file_uploader(
        words("file_label", language),
        type=FILE_TYPES,
        accept_multiple_files=True,
        key=uploader_key(step),
        label_visibility="collapsed",
    )


def _example(step: Ask, language: Language) -> str | None:
    return step.example.in_(language) if step.example else None


_YES_NO: dict[str, dict[Language, str]] = {
    "yes": {"en": "Yes", "ru": "Да"},
    "no": {"en": "No", "ru": "Нет"},
}


def _options(step: Ask, language: Language) -> dict[str, str]:
    if step.kind == "yes-no" and not step.choices:
        return {name: lines[language] for name, lines in _YES_NO.items()}
    return {name: text.in_(language) for name, text in step.choices.items()}


_Drawer = Callable[[Ask, JsonValue, bool, Language], Any]
_DRAWERS: dict[str, _Drawer] = {
    "choice": _choice,
    "yes-no": _choice,
    "choices": _choices,
    "text": _line,
    "long-text": _lines,
    "target": _line,
    "number": _line,
    "phone": _line,
    "account": _line,
    "moment": _pick_or_say,
    "duration": _pick_or_say,
    "e-mail": _line,
    "file": _files,
}
