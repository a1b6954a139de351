"""Files that are published together, such as a section's step and everybody who uses it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.problems import Problem
from intake.bootstrap import services
from intake.publishing import OpenedFile
from intake.studio.open_file import OpenFile
from intake.ui import actions, address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

_KEY = "publish-together"


def load(name: str) -> Mapping[str, OpenedFile]:
    """Return the companions named by the address, with their unpublished text."""
    publisher = services().publisher
    others = (publisher.open(other) for other in address.published_with() if other != name)
    return {file.name: file for file in others if file is not None}


def changed_companion(open_file: OpenFile) -> str:
    """Return the name of a companion that was changed on disk since it was opened, or ""."""
    has_changed_on_disk = services().publisher.has_changed_on_disk
    others = open_file.companions.values()
    return next((file.name for file in others if file.is_edited and has_changed_on_disk(file)), "")


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the other files with unpublished changes, to select; nothing if there are none."""
    publisher = services().publisher
    edited_files = (
        publisher.open(name) for name in publisher.edited_files() if name != open_file.name
    )
    edited = [file.name for file in edited_files if file is not None and file.is_edited]
    names = list(dict.fromkeys([*open_file.companions, *edited]))
    if not names:
        return
    # The selection is in the address; the widget shows it.
    session.set_value(_KEY, list(open_file.companions))
    st.pills(
        words("studio_together", language),
        names,
        selection_mode="multi",
        key=_KEY,
        help=None,
        on_change=actions.on_change(_KEY, _choose),
    )
    if open_file.companions:
        st.caption(words("studio_together_note", language))
        with st.container(key="studio-companions", horizontal=True):
            for name in open_file.companions:
                actions.button(
                    words("studio_open_file", language, name=escape_markdown(f"{name}.yaml")),
                    key=f"companion-{name.replace('/', '-')}",
                    type="tertiary",
                    on_click=_open,
                    args=(name, open_file.name),
                )


def draw_link_to_file(problem: Problem, place: int, label: str, open_file: OpenFile) -> None:
    """Draw a mistake in another file as a button that opens it as a companion."""
    name = problem.file.removesuffix(".yaml")
    if services().publisher.open(name) is None:
        st.markdown(label)
        return
    actions.button(
        label,
        key=f"goto-file-{place}",
        type="tertiary",
        on_click=_open,
        args=(name, open_file.name),
    )


def _choose() -> None:
    address.publish_with(session.value(_KEY) or ())


def _open(name: str, opened: str) -> None:
    """Open another file; the open one and the companions stay selected with it."""
    together = dict.fromkeys([*address.published_with(), opened])
    address.open_file(name, together=[other for other in together if other != name])
