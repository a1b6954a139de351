"""The list of all checklists and sections, with their live versions and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.simulation.coverage import coverage_of
from intake.bootstrap import services
from intake.publishing import DESK, LiveFile, OpenedFile, Publication, is_section, text_of_new_desk
from intake.studio import new_file
from intake.ui import actions, address
from intake.ui.markdown_escape import escape_markdown
from intake.ui.relative_time import time_ago
from intake.ui.texts import words


def draw(language: Language) -> None:
    """Draw checklists, then sections, with the form for a new one."""
    publisher = services().publisher
    newest = publisher.history.newest()
    edited_files = publisher.edited_files()
    folder = publisher.folder
    checklists = folder.checklists()
    sections = folder.sections()
    # Begun here and never published, so the folder has no such file yet.
    new = [name for name in edited_files if name not in {DESK, *checklists, *sections}]
    under_way = services().drafts.count_open()
    with st.container(key="files"):
        for name in [*checklists, *(name for name in new if not is_section(name))]:
            facts = _checklist_facts(name, newest, under_way, language)
            _draw_row(name, _title(name, language), facts)
    new_file.draw(language)
    st.subheader(words("studio_sections", language), anchor=False)
    st.caption(words("studio_sections_note", language))
    with st.container(key="files-sections"):
        for name in [*sections, *filter(is_section, new)]:
            _draw_row(name, "", _section_facts(name, language))
    st.subheader(words("studio_desk", language), anchor=False)
    with st.container(key="files-desk"):
        declared = [
            words("studio_desk_note", language),
            *_edit_facts(publisher.open(DESK), language),
        ]
        _draw_row(DESK, "", declared, on_click=_open_desk)


def _open_desk() -> None:
    """Open `desk.yaml`, or begin it if there is none yet."""
    publisher = services().publisher
    if publisher.open(DESK) is None:
        live = services().checklists.now.values()
        rows = (row for checklist in live for row in checklist.head.ticket.queue)
        queues = {str(row.is_ or row.otherwise) for row in rows}
        publisher.begin(DESK, text_of_new_desk(sorted(queues)))
    address.open_file(DESK)


def _draw_row(
    name: str,
    title: str,
    facts: Iterable[str],
    on_click: Callable[..., None] = address.open_file,
) -> None:
    heading = (
        f"**{escape_markdown(title, limit=80)}** :gray[{escape_markdown(name)}]"
        if title
        else f"**{escape_markdown(name)}**"
    )
    actions.button(
        f"{heading}  \n:gray[{escape_markdown(' · '.join(facts))}]",
        key=f"file-{name.replace('/', '-')}",
        width="stretch",
        on_click=on_click,
        args=() if name == DESK else (name,),
    )


def _title(name: str, language: Language) -> str:
    file = services().checklists.files.get(name)
    served = file.served if file else None
    return served.title.in_(language) if served else ""


def _checklist_facts(
    name: str, newest: dict[str, Publication], under_way: dict[str, int], language: Language
) -> Iterator[str]:
    file = services().checklists.files.get(name)
    if file is None:
        yield words("studio_new", language)
        return
    since = time_ago(newest[name].at, language) if name in newest else ""
    if file.is_live:
        yield words("studio_live", language, age=since)
    elif file.served is not None:
        yield words("studio_not_live", language, age=since)
    else:
        yield words("studio_never_live", language)
    if file.served is not None and not file.served.head.offered:
        yield words("studio_not_offered", language)
    yield from _validation_facts(file, language)
    if file.served is not None and (count := under_way.get(file.served.id)):
        yield words("studio_drafts", language, count=count)
    yield from _edit_facts(services().publisher.open(name), language)


def _section_facts(name: str, language: Language) -> Iterator[str]:
    files = services().checklists.files
    users = [user for user, file in files.items() if file.uses(name)]
    if users:
        yield words("studio_used_by", language, names=", ".join(users))
    else:
        yield words("studio_unused", language)
    yield from _edit_facts(services().publisher.open(name), language)


def _edit_facts(opened: OpenedFile | None, language: Language) -> Iterator[str]:
    if opened is not None and opened.on_disk is not None and opened.is_edited:
        yield words("studio_edited", language)


def _validation_facts(file: LiveFile, language: Language) -> Iterator[str]:
    judgement = services().publisher.judge_file(file.name)
    errors = len(judgement.errors) + (file.taken_by is not None)
    if errors:
        yield words("studio_errors", language, count=errors)
        return
    if judgement.problems:
        yield words("studio_warnings", language, count=len(judgement.problems))
    else:
        yield words("studio_good", language)
    tests = judgement.tests.get(file.name, ())
    checklist = judgement.checklist
    if not tests or checklist is None:
        yield words("studio_no_tests", language)
        return
    passed = sum(test.passed for test in tests)
    share = f"{coverage_of(checklist, tests).steps.share:.0%}"
    yield words("studio_tests", language, passed=passed, all=len(tests), share=share)
