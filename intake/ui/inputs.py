"""The widgets of all kinds of question, and reading their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

import streamlit as st
from pydantic import JsonValue

from intake.drafts.file_rules import MAX_FILE_BYTES
from intake.journey import Ask
from intake.journey.steps import AskKind
from intake.ui import session, uploads
from intake.ui.choice_inputs import (
    collect_choice,
    collect_choices,
    collect_time,
    draw_choice,
    draw_choices,
    draw_time,
)
from intake.ui.input_field import Field, key_of
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

MAX_UPLOAD_MB = MAX_FILE_BYTES // (1024 * 1024)  # the browser counts in millions of bytes
LETTER_TYPES = ["eml", "msg"]
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "heic", "heif", "avif", "pdf", "txt", "log"]


def draw(field: Field) -> None:
    """Draw the question's widget with the previous answer."""
    widget_of(field.step.kind).draw(field)
    has_own = widget_of(field.step.kind).has_own_dont_know
    if field.is_on_page and field.step.dont_know and not has_own:
        # On a screen of one question it is a button next to Next; here Next is for the whole page.
        st.checkbox(
            words("dont_know", field.language),
            value=field.is_unknown,
            key=key_of(field.step, "unknown"),
        )


def collect(step: Ask) -> JsonValue:
    """Return the widget's value as `Journey.accept` takes it; None for "I don't know"."""
    if session.value(key_of(step, "unknown")):
        return None
    return widget_of(step.kind).collect(step)


def uploader_key(step: Ask) -> str:
    """Return the uploader's key; it changes after files were stored, to get an empty widget."""
    # Streamlit can't clear an uploader, so it is replaced by another.
    upload_round = session.round_of(step.id)
    return key_of(step, f"answer-{upload_round}") if upload_round else key_of(step)


def _draw_line(field: Field) -> None:
    step = field.step
    session.fill_in(key_of(step))
    st.text_input(
        step.text.in_(field.language),
        value=_as_line(field.value),
        placeholder=_example(field),
        key=key_of(step),
        label_visibility="collapsed",
        autocomplete=widget_of(step.kind).autocomplete,
    )
    if step.unit:
        st.caption(escape_markdown(step.unit.in_(field.language)))


def _draw_lines(field: Field) -> None:
    st.text_area(
        field.step.text.in_(field.language),
        value=_as_lines(field.value),
        placeholder=_example(field),
        key=key_of(field.step),
        label_visibility="collapsed",
        height=140,
    )


def _collect_text(step: Ask) -> JsonValue:
    return session.value(key_of(step)) or ""


def _draw_files(field: Field) -> None:
    uploads.allow()
    st.file_uploader(
        words("file_label", field.language),
        type=FILE_TYPES,
        accept_multiple_files=True,
        key=uploader_key(field.step),
        label_visibility="collapsed",
        # Checked by the browser only; `drafts.file_rules` checks what arrives.
        max_upload_size=MAX_UPLOAD_MB,
    )


def _collect_files(step: Ask) -> JsonValue:
    """Return Streamlit's uploaded files, which the page stores; they are no JSON until then."""
    return session.value(uploader_key(step)) or ""


def _draw_letter(field: Field) -> None:
    """Draw a field to paste a letter into, and an uploader for it."""
    before = field.value.get("said") if isinstance(field.value, dict) else field.value
    st.text_area(
        field.step.text.in_(field.language),
        value=before if isinstance(before, str) else "",
        placeholder=_example(field),
        key=key_of(field.step),
        label_visibility="collapsed",
        height=140,
    )
    uploads.allow()
    st.file_uploader(
        words("letter_file", field.language),
        type=[*LETTER_TYPES, *FILE_TYPES],
        accept_multiple_files=True,
        key=_letter_uploader_key(field.step),
        max_upload_size=MAX_UPLOAD_MB,
    )


def _collect_letter(step: Ask) -> JsonValue:
    """Return the pasted text and, as in `_collect_files`, the uploaded files."""
    pasted = session.value(key_of(step)) or ""
    return {"said": pasted, "files": session.value(_letter_uploader_key(step)) or []}


def _letter_uploader_key(step: Ask) -> str:
    return key_of(step, f"file-{session.round_of(step.id)}")


def _as_line(value: JsonValue) -> str:
    """Return the previous answer, a text or a number, as it can be typed."""
    # bool is a subclass of int.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value}" if is_number or isinstance(value, str) else ""


def _as_lines(value: JsonValue) -> str:
    """Return the previous answer: a text as it is, a list with one item a line."""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return value if isinstance(value, str) else ""


def _example(field: Field) -> str | None:
    return field.step.example.in_(field.language) if field.step.example else None


@dataclass(frozen=True, slots=True)
class Widget:
    """
    The widget of a kind of question.

    `has_skip`: an optional question has a Skip button next to Next. `autocomplete` is the HTML
    autofill token. `uploads`: the answer is files, stored as soon as they arrive. `is_tapped`:
    alone
    on a screen, one tap on a choice is the whole answer.
    """

    draw: Callable[[Field], None]
    collect: Callable[[Ask], JsonValue] = _collect_text
    has_own_dont_know: bool = False
    has_skip: bool = True
    autocomplete: str = "off"
    enter_submits: bool = True
    uploads: bool = False
    is_tapped: bool = False


_RADIO = Widget(draw_choice, collect_choice, has_own_dont_know=True, has_skip=False, is_tapped=True)
_PILLS = Widget(draw_choices, collect_choices, has_own_dont_know=True)
_TIME = Widget(draw_time, collect_time, has_own_dont_know=True)
_LINE = Widget(_draw_line)
_AREA = Widget(_draw_lines, enter_submits=False)
_UPLOADER = Widget(_draw_files, _collect_files, uploads=True)
_LETTER = Widget(_draw_letter, _collect_letter, enter_submits=False, uploads=True)
_EMAIL = Widget(_draw_line, autocomplete="email")
_ADDRESS = Widget(_draw_line, autocomplete="url")
_PHONE = Widget(_draw_line, autocomplete="tel")
_ACCOUNT = Widget(_draw_line, autocomplete="username")


def widget_of(kind: AskKind) -> Widget:  # noqa: PLR0911, C901 - a table that mypy holds to be total
    """Return the widget of a kind; a kind without one fails the type check."""
    match kind:
        case "choice" | "yes-no":
            return _RADIO
        case "choices":
            return _PILLS
        case "moment" | "duration":
            return _TIME
        case "text" | "number":
            return _LINE
        case "long-text" | "targets":
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
        case "letter":
            return _LETTER
        case _:
            assert_never(kind)
