"""
The one place that knows `st.session_state`.

Nothing that matters lives here: answers are in the database, the place is in the address. What
is here may vanish with a reload or a restart and nobody is the worse for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from diagnostics.texts import Language

_HANDLED = "_handled"
_TROUBLE = "_trouble"
_LANGUAGE = "_language"
_HINT = "_hint"
_PINNED = "_pinned"
_HANDED = "_handed"
_PREFILL = "_prefill"
_ROUNDS = "_rounds"
_DRAFT = "_draft"
_DECLINED = "_declined"
_OWN_WORDS = "_own_words"
_MASKED = "_masked"
_SEEN = "_seen"
_NO_SECRETS = "_no_secrets"
_MASKED_FILES = "_masked_files"
_SENT = "_sent"
_SEPARATE = "_separate"
_MOST_SENT = 5


def value(key: str) -> Any:  # noqa: ANN401 - whatever the widget holds
    """What a drawn widget holds now; None for one that isn't drawn."""
    return st.session_state.get(key)


def mark_handled(key: str) -> None:
    """The callback of this button dealt with this run's click."""
    st.session_state[_HANDLED] = key


def take_handled(key: str) -> bool:
    """Whether a callback dealt with this run's click on this button; forgotten once asked."""
    if st.session_state.get(_HANDLED) != key:
        return False
    del st.session_state[_HANDLED]
    return True


def forget_handled() -> None:
    """Forget the mark at the end of a run: a click belongs to one run alone."""
    st.session_state.pop(_HANDLED, None)


def set_trouble(trouble: object) -> None:
    """Keep what went wrong with the last click, until the next one."""
    st.session_state[_TROUBLE] = trouble


def trouble() -> object:
    """What went wrong with the last click; None when nothing did."""
    return st.session_state.get(_TROUBLE)


def clear_trouble() -> None:
    """Forget what went wrong with the last click."""
    st.session_state.pop(_TROUBLE, None)


def set_reader_language(language: Language) -> None:
    """Note which language the page was drawn in, for words about its failure."""
    st.session_state[_LANGUAGE] = language


def reader_language() -> Language | None:
    """The language that this page was last drawn in."""
    return st.session_state.get(_LANGUAGE)


def set_hint(step: str, hint: object | None) -> None:
    """Keep the hint to show at a step; None when its answer was taken."""
    st.session_state[_HINT] = {step: hint} if hint is not None else {}


def set_hints(hints: Mapping[str, object]) -> None:
    """Keep the hints to show at several steps of one screen."""
    st.session_state[_HINT] = dict(hints)


def hint(step: str) -> Any:  # noqa: ANN401 - what the journey handed out
    """The hint to show at this step, if there is one."""
    return st.session_state.get(_HINT, {}).get(step)


def pin(screen: Sequence[str], *, as_question: bool) -> None:
    """Keep a screen's steps as they are drawn, although a check that ends would change them."""
    st.session_state[_PINNED] = (tuple(screen), as_question)


def pinned() -> tuple[tuple[str, ...], bool] | None:
    """The steps that are on screen, and whether a measured one is drawn as an open question."""
    return st.session_state.get(_PINNED)


def unpin() -> None:
    """The step on screen was answered or left."""
    st.session_state.pop(_PINNED, None)


def keep_own_words(kept: object | None) -> None:
    """Keep what was written at the start until a checklist is chosen for it; None forgets it."""
    st.session_state[_OWN_WORDS] = kept


def own_words() -> Any:  # noqa: ANN401 - what the start page kept
    """What was written at the start and waits for a checklist; None where nothing does."""
    return st.session_state.get(_OWN_WORDS)


def note_seen(answers: Mapping[str, object]) -> None:
    """Keep the answers as this tab drew them, by step; None for a question without one."""
    st.session_state[_SEEN] = dict(answers)


def has_seen(step: str, answer: object) -> bool:
    """Whether this answer is the one that this tab drew; a tab that drew none can't tell."""
    seen = st.session_state.get(_SEEN, {})
    return step not in seen or seen[step] == answer


def note_draft(token: str) -> None:
    """This tab is in this draft, so that the start page can offer to continue it."""
    st.session_state[_DRAFT] = token


def last_draft() -> str | None:
    """The draft that this tab was in last."""
    return st.session_state.get(_DRAFT)


def decline_draft(token: str) -> None:
    """Start over: this tab neither offers this draft nor shows it any more."""
    st.session_state[_DECLINED] = {*st.session_state.get(_DECLINED, ()), token}
    st.session_state.pop(_DRAFT, None)


def is_declined(token: str) -> bool:
    """Whether the visitor chose to start over rather than continue this draft."""
    return token in st.session_state.get(_DECLINED, ())


def note_sent(token: str) -> None:
    """This tab has sent this draft, or has its link."""
    st.session_state[_SENT] = tuple(dict.fromkeys((token, *sent_drafts())))[:_MOST_SENT]


def sent_drafts() -> tuple[str, ...]:
    """The drafts that this tab has sent, newest first."""
    sent: tuple[str, ...] = st.session_state.get(_SENT, ())
    return sent


def note_separate(token: str, reference: str) -> None:
    """The customer says that a draft is about something else than a ticket."""
    st.session_state[_SEPARATE] = {*st.session_state.get(_SEPARATE, ()), (token, reference)}


def is_separate(token: str, reference: str) -> bool:
    """Whether the customer said that a draft is about something else than a ticket."""
    return (token, reference) in st.session_state.get(_SEPARATE, ())


def round_of(step: str) -> int:
    """How often a step's files were taken already."""
    return int(st.session_state.get(_ROUNDS, {}).get(step, 0))


def next_round(step: str) -> None:
    """A step's files were taken: its uploader starts empty."""
    st.session_state[_ROUNDS] = {**st.session_state.get(_ROUNDS, {}), step: round_of(step) + 1}


def set_value(key: str, value: object) -> None:
    """Set what a widget will show; call it before the widget is drawn."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def prefill(key: str, text: str) -> None:
    """Put a text into a widget when it is drawn next: a hint's correction, a link's proposal."""
    st.session_state[_PREFILL] = {**st.session_state.get(_PREFILL, {}), key: text}


def fill_in(key: str) -> None:
    """Before a widget is drawn: put in what waits for it."""
    # Streamlit refuses to set the value of a widget that this run has drawn already.
    waiting = st.session_state.get(_PREFILL, {})
    if key in waiting:
        st.session_state[key] = waiting.pop(key)


def hand_over(thing: object) -> None:
    """From a callback to the page that is drawn right after it: what was just read and written."""
    st.session_state[_HANDED] = thing


def take_over() -> Any:  # noqa: ANN401 - what the callback handed over
    """What the callback of this very run handed over, once."""
    return st.session_state.pop(_HANDED, None)


def note_masked(step: str, masked: object | None) -> None:
    """Keep what was masked in a step's answer, in memory alone; None where nothing was."""
    noted = {key: kept for key, kept in masked_by_step().items() if key != step}
    st.session_state[_MASKED] = noted if masked is None else {**noted, step: masked}


def masked_by_step() -> Mapping[str, Any]:
    """What was masked and not yet read, by step."""
    masked: Mapping[str, Any] = st.session_state.get(_MASKED, {})
    return masked


def no_secrets() -> frozenset[str]:
    """What the customer said is no secret."""
    noted: frozenset[str] = st.session_state.get(_NO_SECRETS, frozenset())
    return noted


def note_no_secret(word: str) -> None:
    """The customer says that this is no secret."""
    st.session_state[_NO_SECRETS] = no_secrets() | {word}


def note_masked_file(file_id: str, masked: object) -> None:
    """Keep a file as it was before its secrets were masked, in memory alone."""
    st.session_state[_MASKED_FILES] = {**st.session_state.get(_MASKED_FILES, {}), file_id: masked}


def masked_file(file_id: str) -> Any:  # noqa: ANN401 - what the page of files put there
    """The file before its secrets were masked; None where none were, or the page is new."""
    return st.session_state.get(_MASKED_FILES, {}).get(file_id)


def forget_masked_file(file_id: str) -> None:
    """The file was removed, or attached as it was."""
    st.session_state.get(_MASKED_FILES, {}).pop(file_id, None)
