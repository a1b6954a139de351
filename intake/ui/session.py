"""
The only module that uses `st.session_state`.

Nothing important is stored here: answers are in the database, the place is in the address. The
session may be lost by a reload or a restart without harm.
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
    """Return the value of a drawn widget, or None if it isn't drawn."""
    return st.session_state.get(key)


def mark_handled(key: str) -> None:
    """Record that a callback handled this run's click on a button."""
    st.session_state[_HANDLED] = key


def take_handled(key: str) -> bool:
    """Return whether a callback handled this run's click on a button, and forget it."""
    if st.session_state.get(_HANDLED) != key:
        return False
    del st.session_state[_HANDLED]
    return True


def forget_handled() -> None:
    """Forget the mark at the end of a run: a click belongs to one run only."""
    st.session_state.pop(_HANDLED, None)


def set_trouble(trouble: object) -> None:
    """Keep the failure of the last click until the next one."""
    st.session_state[_TROUBLE] = trouble


def trouble() -> object:
    """Return the failure of the last click, or None."""
    return st.session_state.get(_TROUBLE)


def clear_trouble() -> None:
    """Forget the failure of the last click."""
    st.session_state.pop(_TROUBLE, None)


def set_reader_language(language: Language) -> None:
    """Store the language that the page is drawn in, for texts about its failure."""
    st.session_state[_LANGUAGE] = language


def reader_language() -> Language | None:
    """Return the language that this page was last drawn in, or None."""
    return st.session_state.get(_LANGUAGE)


def set_hint(step: str, hint: object | None) -> None:
    """Keep the hint to show at a step; None clears it."""
    st.session_state[_HINT] = {step: hint} if hint is not None else {}


def set_hints(hints: Mapping[str, object]) -> None:
    """Keep the hints to show at several steps of one screen."""
    st.session_state[_HINT] = dict(hints)


def hint(step: str) -> Any:  # noqa: ANN401 - what the journey handed out
    """Return the hint to show at this step, or None."""
    return st.session_state.get(_HINT, {}).get(step)


def pin(screen: Sequence[str], *, as_question: bool) -> None:
    """Keep a screen's steps as they are drawn, although a check that ends would change them."""
    st.session_state[_PINNED] = (tuple(screen), as_question)


def pinned() -> tuple[tuple[str, ...], bool] | None:
    """Return the steps on screen, and whether a measured one is drawn as an open question."""
    return st.session_state.get(_PINNED)


def unpin() -> None:
    """Forget the pinned steps: they were answered or left."""
    st.session_state.pop(_PINNED, None)


def keep_own_words(kept: object | None) -> None:
    """Keep the text from the start page until a checklist is chosen for it; None clears it."""
    st.session_state[_OWN_WORDS] = kept


def own_words() -> Any:  # noqa: ANN401 - what the start page kept
    """Return the text from the start page that waits for a checklist, or None."""
    return st.session_state.get(_OWN_WORDS)


def note_seen(answers: Mapping[str, object]) -> None:
    """Store the answers that this tab has drawn, by step; None for a question without one."""
    st.session_state[_SEEN] = dict(answers)


def has_seen(step: str, answer: object) -> bool:
    """Check whether this answer is the one that this tab drew, or the tab drew none."""
    seen = st.session_state.get(_SEEN, {})
    return step not in seen or seen[step] == answer


def note_draft(token: str) -> None:
    """Store the draft that this tab is in, so that the start page can offer to continue it."""
    st.session_state[_DRAFT] = token


def last_draft() -> str | None:
    """Return the draft that this tab was in last, or None."""
    return st.session_state.get(_DRAFT)


def decline_draft(token: str) -> None:
    """Record that the visitor starts over: this tab no longer offers or shows this draft."""
    st.session_state[_DECLINED] = {*st.session_state.get(_DECLINED, ()), token}
    st.session_state.pop(_DRAFT, None)


def is_declined(token: str) -> bool:
    """Check whether the visitor chose to start over rather than continue this draft."""
    return token in st.session_state.get(_DECLINED, ())


def note_sent(token: str) -> None:
    """Record that this tab has sent this draft, or has its link."""
    st.session_state[_SENT] = tuple(dict.fromkeys((token, *sent_drafts())))[:_MOST_SENT]


def sent_drafts() -> tuple[str, ...]:
    """Return the drafts that this tab has sent, newest first."""
    sent: tuple[str, ...] = st.session_state.get(_SENT, ())
    return sent


def note_separate(token: str, reference: str) -> None:
    """Record the customer's statement that a draft is not about the same problem as a ticket."""
    st.session_state[_SEPARATE] = {*st.session_state.get(_SEPARATE, ()), (token, reference)}


def is_separate(token: str, reference: str) -> bool:
    """Check whether the customer said that a draft is not about the same problem as a ticket."""
    return (token, reference) in st.session_state.get(_SEPARATE, ())


def round_of(step: str) -> int:
    """Return how many times a step's uploaded files were stored."""
    return int(st.session_state.get(_ROUNDS, {}).get(step, 0))


def next_round(step: str) -> None:
    """Count that a step's files were stored, so that its uploader starts empty."""
    st.session_state[_ROUNDS] = {**st.session_state.get(_ROUNDS, {}), step: round_of(step) + 1}


def set_value(key: str, value: object) -> None:
    """Set a widget's value; call it before the widget is drawn."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def prefill(key: str, text: str) -> None:
    """Put a text into a widget when it is next drawn: a hint's correction, a link's proposal."""
    st.session_state[_PREFILL] = {**st.session_state.get(_PREFILL, {}), key: text}


def fill_in(key: str) -> None:
    """Apply a waiting `prefill`; call it before the widget is drawn."""
    # Streamlit refuses to set the value of a widget that this run has already drawn.
    waiting = st.session_state.get(_PREFILL, {})
    if key in waiting:
        st.session_state[key] = waiting.pop(key)


def hand_over(thing: object) -> None:
    """Pass an object from a callback to the page drawn right after it, to save a database read."""
    st.session_state[_HANDED] = thing


def take_over() -> Any:  # noqa: ANN401 - what the callback handed over
    """Return the object that this run's callback passed to `hand_over`, once; else None."""
    return st.session_state.pop(_HANDED, None)


def note_masked(step: str, masked: object | None) -> None:
    """Keep what was masked in a step's answer, in memory only; None clears it."""
    noted = {key: kept for key, kept in masked_by_step().items() if key != step}
    st.session_state[_MASKED] = noted if masked is None else {**noted, step: masked}


def masked_by_step() -> Mapping[str, Any]:
    """Return what was masked and not yet acknowledged, by step."""
    masked: Mapping[str, Any] = st.session_state.get(_MASKED, {})
    return masked


def no_secrets() -> frozenset[str]:
    """Return the texts that the customer said are no secrets."""
    noted: frozenset[str] = st.session_state.get(_NO_SECRETS, frozenset())
    return noted


def note_no_secret(word: str) -> None:
    """Record the customer's statement that a text is no secret."""
    st.session_state[_NO_SECRETS] = no_secrets() | {word}


def note_masked_file(file_id: str, masked: object) -> None:
    """Keep a file as it was before its secrets were masked, in memory only."""
    st.session_state[_MASKED_FILES] = {**st.session_state.get(_MASKED_FILES, {}), file_id: masked}


def masked_file(file_id: str) -> Any:  # noqa: ANN401 - what the page of files put there
    """Return the file as it was before masking; None if nothing was masked or the page is new."""
    return st.session_state.get(_MASKED_FILES, {}).get(file_id)


def forget_masked_file(file_id: str) -> None:
    """Forget a file that was removed, or attached unmasked."""
    st.session_state.get(_MASKED_FILES, {}).pop(file_id, None)
