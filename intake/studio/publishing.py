"""Publishing the author's text: a note, a button, and the reason if it isn't possible."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Hint
from intake.publishing import ChangedOnDisk, NotGood, NotWritten
from intake.studio import companions, editor
from intake.studio.open_file import OpenFile
from intake.ui import actions, address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_NOTE = "publish-note"
_LONGEST_NOTE = 200


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the companions, the note and the button."""
    why_not = _why_not(open_file, language)
    companions.draw(open_file, language)
    with st.container(key="studio-publish", horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            words("studio_note", language),
            placeholder=words("studio_note", language),
            label_visibility="collapsed",
            key=_NOTE,
            max_chars=_LONGEST_NOTE,
        )
        actions.button(
            words("studio_publish", language),
            key="publish",
            type="primary",
            disabled=bool(why_not),
            on_click=_publish,
            args=(open_file.name, language),
        )
    notice = session.hint(f"publish-{open_file.name}")
    if isinstance(notice, Hint) and notice.code == "published" and not open_file.is_edited:
        with st.container(key="studio-published"):
            st.markdown(escape_markdown(notice.text))
    elif why_not:
        st.caption(escape_markdown(why_not))
    elif isinstance(notice, Hint) and notice.code == "refused":
        st.warning(escape_markdown(notice.text))


def _why_not(open_file: OpenFile, language: Language) -> str:
    """Return why it can't be published now, or ""."""
    judgement = open_file.judgement
    if open_file.clashes or open_file.has_changed_on_disk:
        return words("studio_look_first", language)
    if changed_companion := companions.changed_companion(open_file):
        return words("studio_look_first_in", language, name=changed_companion)
    if judgement.errors:
        return words("studio_has_errors", language, count=len(judgement.errors))
    if judgement.failing:
        return words("studio_has_failing", language, count=len(judgement.failing))
    if not open_file.is_edited:
        return words("studio_same", language)
    return ""


@staff_action("checklist.publish", about=lambda name, _: name)
def _publish(name: str, language: Language) -> None:
    """Publish the text at this click, including the last keystroke."""
    open_file = editor.load(name)
    if open_file is None:
        return
    if why_not := _why_not(open_file, language):
        # The button was drawn before the last keystrokes.
        session.set_hint(f"publish-{name}", Hint("refused", why_not, can_insist=False))
        return
    note = (session.value(_NOTE) or "").strip()[:_LONGEST_NOTE]
    refused = _publish_changes(open_file, note, language)
    code = "refused" if refused else "published"
    notice = refused or words("studio_published", language)
    session.set_hint(f"publish-{name}", Hint(code, notice, can_insist=False))
    if not refused:
        session.set_value(_NOTE, "")
        editor.give_up(name)
        address.publish_with(())


def _publish_changes(open_file: OpenFile, note: str, language: Language) -> str:
    """Publish the changes; return why they were refused, or ""."""
    try:
        services().publisher.publish_together(open_file.changes, note)
    except ChangedOnDisk:
        return words("studio_changed_on_disk", language)
    except NotGood as refused:
        return words("studio_has_errors", language, count=len(refused.judgement.errors))
    except NotWritten as error:
        return words("studio_not_written", language, why=str(error))
    return ""
