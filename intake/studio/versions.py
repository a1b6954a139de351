"""All published versions with their notes, to compare and to roll back."""

from __future__ import annotations

from datetime import datetime

import streamlit as st
from babel.dates import format_datetime

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Hint
from intake.publishing import ROLLED_BACK, ChangedOnDisk, NotGood, NotWritten, Publication
from intake.studio import editor
from intake.studio.diff import draw_diff
from intake.studio.open_file import OpenFile
from intake.ui import actions, session, visitor
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_COMPARED = "compared-version"
_SHOWN = 30


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the versions, the newest first."""
    versions = services().publisher.history.versions(open_file.name)
    if not versions:
        st.caption(words("studio_no_history", language))
        return
    if open_file.stored.is_edited:
        st.caption(words("studio_roll_back_edited", language))
    refused = session.hint(f"roll-back-{open_file.name}")
    if isinstance(refused, Hint):
        st.warning(escape_markdown(refused.text))
    st.caption(words("studio_times", language, zone=str(visitor.zone())))
    for version in versions[:_SHOWN]:
        with st.container(key=f"version-{version.id}", gap=None):
            _draw_version(version, open_file, language)


def _draw_version(version: Publication, open_file: OpenFile, language: Language) -> None:
    at = _time(version.at, language)
    facts = [words(f"studio_who_{version.who}", language), version.version]
    if version.text == open_file.stored.on_disk:
        facts.append(words("studio_now", language))
    st.markdown(f"**{at}** :gray[{escape_markdown(' · '.join(facts))}]")
    if version.note:
        st.text(visible(_note(version.note, language), limit=300))
    with st.container(horizontal=True):
        actions.button(
            words("studio_compare", language),
            key=f"compare-{version.id}",
            type="tertiary",
            on_click=_compare,
            args=(version.id,),
        )
        actions.button(
            words("studio_roll_back", language),
            key=f"roll-back-{version.id}",
            type="tertiary",
            # Rolling back would discard unpublished changes.
            disabled=open_file.stored.is_edited or version.text == open_file.stored.on_disk,
            on_click=_roll_back,
            args=(version, language),
        )
        actions.button(
            words("studio_take_version", language),
            key=f"take-{version.id}",
            type="tertiary",
            disabled=open_file.stored.is_edited or version.text == open_file.text,
            on_click=_load_version,
            args=(open_file, version),
        )
    if session.value(_COMPARED) == version.id:
        st.caption(words("studio_compare_note", language))
        draw_diff(version.text, open_file.text, language)


def _compare(version_id: int) -> None:
    """Show the difference to one version, or hide it again."""
    compared = session.value(_COMPARED)
    session.set_value(_COMPARED, None if compared == version_id else version_id)


@staff_action(
    "checklist.roll-back",
    about=lambda version, _: version.file,
    detail=lambda version, _: version.version,
)
def _roll_back(version: Publication, language: Language) -> None:
    note = f"{ROLLED_BACK}{version.at.isoformat()}"
    try:
        services().publisher.roll_back(version, note)
    except NotGood as refused:
        why = words("studio_roll_back_refused", language, why=str(refused)[:600])
        session.set_hint(f"roll-back-{version.file}", Hint("refused", why, can_insist=False))
    except ChangedOnDisk:
        text = words("studio_changed_on_disk", language)
        session.set_hint(f"roll-back-{version.file}", Hint("moved", text, can_insist=False))
    except NotWritten as error:
        text = words("studio_not_written", language, why=str(error))
        session.set_hint(f"roll-back-{version.file}", Hint("disk", text, can_insist=False))
    else:
        editor.give_up(version.file)


@staff_action("checklist.edit")
def _load_version(open_file: OpenFile, version: Publication) -> None:
    editor.put(open_file.stored, version.text)


def _note(note: str, language: Language) -> str:
    """Return the author's note; for a rolled-back version with its time in the reader's zone."""
    before, mark, moment = note.partition(ROLLED_BACK)
    if not mark:
        return note
    try:
        at = _time(datetime.fromisoformat(moment), language)
    except ValueError:  # an author's own words
        return note
    return before + words("studio_rolled_back", language, at=at)


def _time(at: datetime, language: Language) -> str:
    return format_datetime(at.astimezone(visitor.zone()), "d MMM y, HH:mm", locale=language)
