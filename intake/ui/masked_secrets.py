"""
Tells the customer what was masked in their words, with a button to undo it.

The words as they were typed are kept in the memory of the open page only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from babel.lists import format_list

from diagnostics.texts import Language
from intake.journey import Answer, StepId
from intake.redaction import MaskedSecret, SecretKind
from intake.ui import actions, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

_KINDS = {
    SecretKind.PASSWORD: "masked_password",
    SecretKind.KEY: "masked_key",
    SecretKind.TOKEN: "masked_token",
    SecretKind.CARD: "masked_card",
    SecretKind.CODE: "masked_code",
    SecretKind.PHRASE: "masked_phrase",
}
_MAX_BUTTONS = 4
_SHOWN_CHARACTERS = 2  # of a secret, to remind its owner which one it is


@dataclass(frozen=True, slots=True)
class MaskedAnswer:
    """An answer as it was typed, and the secrets in it. Never stored."""

    answer: Answer
    secrets: tuple[MaskedSecret, ...]


ShowMasked = Callable[[StepId, MaskedAnswer], object]


def note(step_id: StepId, answer: Answer, secrets: Sequence[MaskedSecret]) -> None:
    """Keep what was masked for the next screen; an answer without secrets clears it."""
    session.note_masked(step_id, MaskedAnswer(answer, tuple(secrets)) if secrets else None)


def draw(language: Language, show: ShowMasked | None = None) -> None:
    """Draw what was masked; `show` stores an answer again with a word that is no secret."""
    noted = session.masked_by_step()
    if not noted:
        return
    secrets = [secret for masked in noted.values() for secret in masked.secrets]
    kinds = dict.fromkeys(words(_KINDS[secret.kind], language) for secret in secrets)
    with st.container(key="masked", gap=None):
        listed = format_list(list(kinds), locale=language)
        st.info(words("masked", language, kinds=listed))
        if show is None:
            return
        offered = [(step, masked, secret) for step, masked in noted.items()
                   for secret in masked.secrets][:_MAX_BUTTONS]  # fmt: skip
        for place, (step_id, masked, secret) in enumerate(offered):
            beginning = escape_markdown(secret.value[:_SHOWN_CHARACTERS].strip())
            actions.button(
                words("masked_undo", language, beginning=beginning),
                key=f"unmask-{place}",
                type="tertiary",
                on_click=_undo,
                args=(step_id, masked, secret.value, show),
            )
        actions.button(
            words("masked_ok", language),
            key="masked-ok",
            type="tertiary",
            on_click=partial(_forget, list(noted)),
        )


def _undo(step_id: StepId, masked: MaskedAnswer, value: str, show: ShowMasked) -> None:
    session.note_no_secret(value)
    session.note_masked(step_id, None)
    show(step_id, masked)


def _forget(steps: Sequence[StepId]) -> None:
    for step_id in steps:
        session.note_masked(step_id, None)
