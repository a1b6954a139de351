"""Files that the customer attaches: stored in the draft as soon as the question is answered."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import streamlit as st
from pydantic import JsonValue

from diagnostics import LetterReading, SentLetter, read_letter, read_sent_letter
from diagnostics.texts import Language
from intake.bootstrap import services
from intake.drafts import DraftClosed, DraftFile, FileRefused
from intake.journey import Ask, Hint
from intake.journey.kinds import letter_answer, reading_of, sent_letter_of
from intake.ui import actions, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard.case import Case, find_case

_REASONS = {
    "empty": "file_empty",
    "too-large": "file_too_large",
    "too-many": "file_too_many",
    "too-much": "file_too_much",
    "unreadable": "file_unreadable",
}
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _MaskedFile:
    """A text file as it was uploaded, before `masked` secrets in it were masked. Never stored."""

    name: str
    content: bytes
    masked: int


def draw_kept(case: Case, step: Ask) -> None:
    """List the files already attached to a question, each with a button to remove it."""
    st.caption(words("file_limits", case.language))
    _draw_files(case, {step.id})


def draw_all_kept(case: Case, steps: Sequence[Ask]) -> None:
    """List the files already attached to any of these questions."""
    with st.container(key="attached"):
        _draw_files(case, {step.id for step in steps})


def kept_of(case: Case, step: Ask) -> list[JsonValue]:
    """Return the ids of the files attached to a question."""
    files = services().draft_files.list(case.id)
    return [file.id for file in files if file.step_id == step.id]


def has_kept(case: Case, step: Ask) -> bool:
    """Check whether a question has an answer or attached files."""
    return step.id in case.stored.draft.answers or bool(kept_of(case, step))


def _draw_files(case: Case, steps: AbstractSet[str]) -> None:
    for file in services().draft_files.list(case.id):
        if file.step_id not in steps:
            continue
        with st.container(key=f"row-{file.id}", horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch", gap=None):
                st.caption(words("file_kept", case.language))
                st.text(file.name)
                _draw_masked(case, file)
            actions.button(
                words("file_remove", case.language),
                key=f"remove-{file.id}",
                type="tertiary",
                on_click=_remove,
                args=(case.id, file.id),
            )


def _draw_masked(case: Case, file: DraftFile) -> None:
    """Draw what was masked in a file uploaded on this page, with a button to undo it."""
    original = session.masked_file(file.id)
    if not isinstance(original, _MaskedFile):
        return
    name = escape_markdown(file.name)
    st.caption(words("masked_file", case.language, name=name, count=original.masked))
    actions.button(
        words("masked_file_undo", case.language),
        key=f"unmask-{file.id}",
        type="tertiary",
        on_click=_attach_as_it_was,
        args=(case.token, file, original),
    )


def _attach_as_it_was(token: str, file: DraftFile, original: _MaskedFile) -> None:
    case = find_case(token)
    if case is None or case.stored.status == "sent":
        return
    files = services().draft_files
    try:
        # Add first: if the file is refused, the masked one must not be lost.
        kept = files.add(
            case.id, file.step_id, original.name, original.content, may_hold_secrets=True
        )
    except FileRefused as error:
        session.set_hint(
            file.step_id,
            Hint("files-refused", reason_of_refusal(error, case.language), can_insist=False),
        )
        return
    except DraftClosed:  # sent meanwhile, from another tab
        return
    _remove(case.id, file.id)
    session.forget_masked_file(file.id)
    answer = case.stored.draft.answers.get(file.step_id)
    if answer is None:
        return
    # The answer names files by their ids.
    listed = answer.value.get("files") if isinstance(answer.value, dict) else answer.value
    if not isinstance(listed, list):
        return
    ids: JsonValue = [kept.id if name == file.id else name for name in listed]
    value = {**answer.value, "files": ids} if isinstance(answer.value, dict) else ids
    renamed = answer.model_copy(update={"value": value})
    services().drafts.save_answer(case.id, file.step_id, renamed, no_secrets=session.no_secrets())


def keep(case: Case, step: Ask, uploaded: Any) -> list[JsonValue] | Hint:  # noqa: ANN401 - Streamlit's uploaded files
    """Store the uploaded files and return the ids of all files of the step, or a hint."""
    files = services().draft_files
    refused: list[str] = []
    for upload in uploaded or []:
        try:
            content = upload.getvalue()
            file = files.add(case.id, step.id, upload.name, content)
            if file.masked:
                session.note_masked_file(file.id, _MaskedFile(upload.name, content, file.masked))
        except FileRefused as error:
            refused.append(reason_of_refusal(error, case.language))
        except DraftClosed:
            # The draft was sent from another tab and takes no more files.
            break
    # After a refusal as well: the accepted files must not be uploaded again.
    session.next_round(step.id)
    if refused:
        return Hint("files-refused", "\n".join(refused), can_insist=False)
    return kept_of(case, step)


def keep_letter(case: Case, step: Ask, typed: Any) -> JsonValue | Hint:  # noqa: ANN401 - see above
    """Store the files with a pasted letter, and parse the first one that is a letter."""
    uploaded = typed.get("files") if isinstance(typed, dict) else None
    pasted = typed.get("said") if isinstance(typed, dict) else ""
    contents = [upload.getvalue() for upload in uploaded or []]
    readings = (read_letter(content) for content in contents)
    attached = next((reading for reading in readings if reading.outcome != "not-a-notice"), None)
    sent = next(filter(None, map(read_sent_letter, contents)), None)
    before, sent_before = _read_before(case, step)
    kept = keep(case, step, uploaded)
    if isinstance(kept, Hint):
        return kept
    files = [name for name in kept if isinstance(name, str)]
    if not files:
        return letter_answer(str(pasted or ""), files)
    return letter_answer(str(pasted or ""), files, attached or before, sent or sent_before)


def _read_before(case: Case, step: Ask) -> tuple[LetterReading | None, SentLetter | None]:
    """Return what was read from a file attached earlier; a pasted text is parsed again."""
    answer = case.stored.draft.answers.get(step.id)
    if answer is None or not isinstance(answer.value, dict):
        return None, None
    pasted = str(answer.value.get("said") or "")
    was_pasted = read_letter(pasted).outcome != "not-a-notice"
    reading = None if was_pasted else reading_of(answer.value)
    return reading, None if read_sent_letter(pasted) else sent_letter_of(answer.value)


def reason_of_refusal(error: FileRefused, language: Language) -> str:
    """Return why a file was refused, and what to do instead."""
    limit = error.limit // _MEGABYTE if error.limit >= _MEGABYTE else error.limit
    return words(_REASONS[error.reason], language, name=error.name, limit=limit)


def _remove(draft_id: str, file_id: str) -> None:
    try:
        services().draft_files.remove(draft_id, file_id)
    except DraftClosed:
        return
