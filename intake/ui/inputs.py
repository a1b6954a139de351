"""One widget a kind of question, and what the customer put into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, assert_never

import streamlit as st
from pydantic import JsonValue

from diagnostics.texts import Language
from intake.drafts.file_rules import MAX_FILE_BYTES
from intake.journey import Ask, choices_of
from intake.journey.kinds import spec_of
from intake.journey.steps import AskKind
from intake.ui import session, uploads
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

DONT_KNOW = "\N{SYMBOL FOR NULL}"  # no checklist can name a choice so
_MAX_UPLOAD_MB = MAX_FILE_BYTES // (1024 * 1024)  # the browser counts in millions of bytes
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "pdf", "txt", "log"]


def key_of(step: Ask, part: str = "answer") -> str:
    """The widget's key: the same question is the same widget, also after a restart."""
    return f"{part}-{step.id}"


def draw(step: Ask, said: JsonValue, *, answered: bool, language: Language) -> None:
    """Draw the question's widget, showing what was said before."""
    widget_of(step.kind).draw(step, said, answered, language)


def collect(step: Ask) -> JsonValue:
    """What the drawn widget holds, as `Journey.accept` takes it; None for "I don't know"."""
    return widget_of(step.kind).collect(step)


def _collect_text(step: Ask) -> JsonValue:
    return session.value(key_of(step)) or ""


def _collect_choice(step: Ask) -> JsonValue:
    value = session.value(key_of(step))
    return None if value == DONT_KNOW else value or ""


def _collect_choices(step: Ask) -> JsonValue:
    picked = list(session.value(key_of(step)) or [])
    return None if DONT_KNOW in picked else picked


def _collect_pick(step: Ask) -> JsonValue:
    """The exact words where there are some, else the quick pick."""
    exact = (session.value(key_of(step, "exact")) or "").strip()
    return exact or _collect_choice(step)


def _collect_files(step: Ask) -> JsonValue:
    return session.value(uploader_key(step)) or ""


def uploader_key(step: Ask) -> str:
    """The uploader's own key: a new one, and so an empty widget, after its files were kept."""
    taken = session.round_of(step.id)
    return key_of(step, f"answer-{taken}") if taken else key_of(step)


def has_own_dont_know(step: Ask) -> bool:
    """Whether "I don't know" is one of the widget's own choices, not a button beside Next."""
    return widget_of(step.kind).has_own_dont_know


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
    picks, exact = spec_of(step).quick_picks, f"{step.kind}_exact"
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
        autocomplete=widget_of(step.kind).autocomplete,
    )
    if step.unit:
        st.caption(escape_markdown(step.unit.in_(language)))


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
    uploads.allow()
    st.file_uploader(
        words("file_label", language),
        type=FILE_TYPES,
        accept_multiple_files=True,
        key=uploader_key(step),
        label_visibility="collapsed",
        max_upload_size=_MAX_UPLOAD_MB,
    )


def _example(step: Ask, language: Language) -> str | None:
    return step.example.in_(language) if step.example else None


def _options(step: Ask, language: Language) -> dict[str, str]:
    return {name: text.in_(language) for name, text in choices_of(step).items()}


_Drawer = Callable[[Ask, JsonValue, bool, Language], Any]


@dataclass(frozen=True, slots=True)
class Widget:
    """
    How a kind of question is asked for on a page.

    `has_skip`: an optional question is passed by a button next to Next. `autocomplete` is HTML's
    token for what browsers fill in. `uploads`: the answer is files, kept as soon as they arrive.
    """

    draw: _Drawer
    collect: Callable[[Ask], JsonValue] = _collect_text
    has_own_dont_know: bool = False
    has_skip: bool = True
    autocomplete: str = "off"
    enter_submits: bool = True
    uploads: bool = False


_RADIO = Widget(_choice, _collect_choice, has_own_dont_know=True, has_skip=False)
_PILLS = Widget(_choices, _collect_choices, has_own_dont_know=True)
_PICK_OR_SAY = Widget(_pick_or_say, _collect_pick, has_own_dont_know=True)
_LINE = Widget(_line)
_AREA = Widget(_lines, enter_submits=False)
_UPLOADER = Widget(_files, _collect_files, uploads=True)
_EMAIL = Widget(_line, autocomplete="email")
_ADDRESS = Widget(_line, autocomplete="url")
_PHONE = Widget(_line, autocomplete="tel")
_ACCOUNT = Widget(_line, autocomplete="username")


def widget_of(kind: AskKind) -> Widget:  # noqa: PLR0911, C901 - a table that mypy holds to be total
    """The widget of a kind of question; one without a widget fails the type check."""
    match kind:
        case "choice" | "yes-no":
            return _RADIO
        case "choices":
            return _PILLS
        case "moment" | "duration":
            return _PICK_OR_SAY
        case "text" | "number":
            return _LINE
        case "long-text":
            return _AREA
        case "e-mail":
            return _EMAIL
        case "target":
            return _ADDRESS
        case "phone":
            return _PHONE
        case "account":
            return _ACCOUNT
        case "file":
            return _UPLOADER
        case _:
            assert_never(kind)
