"""Files that are published together: a section's step and everybody who names it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.problems import Problem
from intake.bootstrap import services
from intake.publishing import Opened
from intake.studio.open_file import OpenFile
from intake.ui import actions, address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

_KEY = "publish-together"


def load(name: str) -> Mapping[str, Opened]:
    """The files that the address names beside this one, as they are kept."""
    publisher = services().publisher
    others = (publisher.open(other) for other in address.published_with() if other != name)
    return {file.name: file for file in others if file is not None}


def moved(open_file: OpenFile) -> str:
    """A companion whose file was changed on disk since it was opened; empty when none was."""
    has_moved = services().publisher.has_moved
    others = open_file.companions.values()
    return next((file.name for file in others if file.is_edited and has_moved(file)), "")


def draw(open_file: OpenFile, language: Language) -> None:
    """The other files with unpublished changes, each to be chosen; nothing where there is none."""
    publisher = services().publisher
    begun = (publisher.open(name) for name in publisher.begun() if name != open_file.name)
    edited = [file.name for file in begun if file is not None and file.is_edited]
    names = list(dict.fromkeys([*open_file.companions, *edited]))
    if not names:
        return
    # The address decides, and the widget shows it.
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


def draw_way_to(problem: Problem, place: int, label: str, open_file: OpenFile) -> None:
    """A mistake in another file: the way there, to mend and publish both together."""
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
    """Open another file; what was open and what goes along stay together with it."""
    together = dict.fromkeys([*address.published_with(), opened])
    address.open_file(name, together=[other for other in together if other != name])
