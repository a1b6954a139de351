"""The editor of a checklist's text: typed or uploaded, stored with every run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.publishing import CopyChanged, OpenedFile
from intake.studio import companions
from intake.studio.diff import draw_diff
from intake.studio.open_file import OpenFile, texts_of
from intake.ui import actions, session, uploads
from intake.ui.site_path import site_path
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_HEIGHT = 560
_MOST_KB = 256


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The stored state that this page last loaded, and its text."""

    base: str
    revision: str | None
    text: str


def load(name: str) -> OpenFile | None:
    """Store what was typed since the last run; return the open file, or None if there is none."""
    publisher = services().publisher
    opened = publisher.open(name)
    if opened is None:
        return None
    typed, drawn = session.value(_key(name)), session.value(_drawn_key(name))
    # If nothing was typed since the last run, show what is stored now, from whichever tab.
    is_unchanged = isinstance(drawn, _Drawn) and typed == drawn.text
    clashes = False
    if typed is None:
        _remember(opened)
    elif is_unchanged or typed == opened.text:
        _show(opened)
    elif (kept := _keep_typed(opened, typed, drawn)) is not None:
        opened = kept
    else:
        clashes = True
    text = typed if clashes else opened.text
    others = companions.load(name)
    judgement = publisher.judge(name, text, texts_of(others))
    return OpenFile(opened, text, judgement, clashes, is_first=typed is None, companions=others)


def _keep_typed(opened: OpenedFile, typed: str, drawn: object) -> OpenedFile | None:
    """Store the typed text and return the file; None if another tab has stored another text."""
    # Another tab has stored a text since; it must not be overwritten unseen.
    if not isinstance(drawn, _Drawn) or drawn.revision != opened.revision:
        return None
    # The base stays the text that the author began from, to notice changes on disk.
    if not _store_text(replace(opened, base=drawn.base), typed):
        return None
    kept = services().publisher.open(opened.name)
    if kept is not None:
        _show(kept)
    return kept


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the text, and the choice to make first if it was changed elsewhere."""
    if open_file.clashes:
        _draw_clash(open_file, language)
    elif open_file.has_changed_on_disk:
        _draw_changed_on_disk(open_file, language)
    with st.container(key="studio-source"):
        typed = st.text_area(
            words("studio_source", language),
            # Streamlit warns of a default if the widget has a stored state, as after its first run.
            value=open_file.text if open_file.is_first else "",
            key=_key(open_file.name),
            height=_HEIGHT,
            label_visibility="collapsed",
        )
    if typed != open_file.text:  # typed into a page that a restarted server didn't know
        st.rerun()


def draw_tools(open_file: OpenFile, language: Language) -> None:
    """Draw the buttons for the text as a file: check, discard, download, upload."""
    st.caption(words("studio_source_note", language))
    with st.container(key="studio-tools", horizontal=True):
        st.button(words("studio_check", language), key="check")
        if open_file.stored.is_edited and open_file.stored.on_disk is not None:
            actions.button(
                words("studio_give_up", language),
                key="give-up",
                type="tertiary",
                on_click=give_up,
                args=(open_file.name,),
            )
        st.link_button(
            words("studio_download", language),
            site_path(f"/staff/checklists/{open_file.name}.yaml"),
            type="tertiary",
        )
    _draw_upload(open_file, language)


@staff_action("checklist.edit")
def put(opened: OpenedFile, text: str) -> None:
    """Put a text into the editor; a callback."""
    _store_text(opened, text)
    _show_stored(opened.name)


@staff_action("checklist.edit")
def give_up(name: str) -> None:
    """Discard the unpublished text; the file on disk counts again."""
    services().publisher.give_up(name)
    _show_stored(name)


def _show_stored(name: str) -> None:
    """Show the stored text in the editor; a callback."""
    opened = services().publisher.open(name)
    if opened is not None:
        _show(opened)


def _draw_clash(open_file: OpenFile, language: Language) -> None:
    st.warning(words("studio_clash", language))
    draw_diff(open_file.stored.text, open_file.text, language)
    with st.container(horizontal=True):
        actions.button(
            words("studio_clash_theirs", language),
            key="clash-theirs",
            on_click=_show_stored,
            args=(open_file.name,),
        )
        actions.button(
            words("studio_clash_mine", language),
            key="clash-mine",
            on_click=put,
            args=(open_file.stored, open_file.text),
        )


def _draw_changed_on_disk(open_file: OpenFile, language: Language) -> None:
    st.warning(words("studio_moved", language))
    st.caption(words("studio_moved_diff", language))
    draw_diff(open_file.stored.on_disk or "", open_file.text, language)
    with st.container(horizontal=True):
        actions.button(
            words("studio_moved_theirs", language),
            key="moved-theirs",
            on_click=give_up,
            args=(open_file.name,),
        )
        actions.button(
            words("studio_moved_mine", language),
            key="moved-mine",
            on_click=_keep_mine,
            args=(open_file.stored,),
        )


@staff_action("checklist.edit")
def _keep_mine(opened: OpenedFile) -> None:
    services().publisher.rebase(opened)
    _show_stored(opened.name)


def _draw_upload(open_file: OpenFile, language: Language) -> None:
    key = f"upload-{session.round_of(open_file.name)}"
    with st.expander(words("studio_upload", language), type="compact"):
        uploads.allow()
        uploaded = st.file_uploader(
            words("studio_upload", language),
            type=["yaml", "yml"],
            key=key,
            label_visibility="collapsed",
        )
        if uploaded is None:
            return
        text = _read(uploaded.getvalue())
        if text is None:
            st.warning(words("studio_upload_bad", language, limit=_MOST_KB))
            return
    put(open_file.stored, text)
    # Otherwise the uploader would load the same file again with every run.
    session.next_round(open_file.name)
    st.rerun()


def _read(content: bytes) -> str | None:
    if len(content) > _MOST_KB * 1024:
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _store_text(opened: OpenedFile, text: str) -> bool:
    """Store the text; return False if another tab has stored one meanwhile."""
    publisher = services().publisher
    try:
        # The text equals the file on disk, so there is nothing unpublished to store.
        if text == (opened.on_disk or "") and opened.on_disk is not None:
            publisher.give_up(opened.name)
        else:
            publisher.keep(opened, text)
    except CopyChanged:
        return False
    return True


def _key(name: str) -> str:
    return f"source-{name}"


def _drawn_key(name: str) -> str:
    return f"drawn-{name}"


def _show(opened: OpenedFile) -> None:
    """Show a text in the widget, and record its origin."""
    # Setting an equal value would overwrite what is being typed and not sent yet.
    if session.value(_key(opened.name)) != opened.text:
        session.set_value(_key(opened.name), opened.text)
    _remember(opened)


def _remember(opened: OpenedFile) -> None:
    drawn = _Drawn(opened.base, opened.revision, opened.text)
    session.set_value(_drawn_key(opened.name), drawn)
