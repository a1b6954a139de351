"""
The boundary at which every exception of a page or callback is logged and shown as a text.

Streamlit runs callbacks before it runs the page, and shows its own English text for what they
raise. So everything of ours that Streamlit calls goes through here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st
import structlog

from diagnostics.texts import Language
from intake.accounts.rights import NotPermittedError
from intake.database import StorageError
from intake.ui import session, visitor
from intake.ui.texts import words

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A failure of ours: its number in the log, whether the storage failed, and how to retry."""

    number: str
    is_storage: bool
    retry: Callable[[], object] | None = None

    def explain(self, language: Language) -> str:
        """Return the text for the reader; support finds the number in the log."""
        key = "trouble_storage" if self.is_storage else "trouble_action"
        return words(key, language, number=self.number)


def attempt(
    action: Callable[..., object], collect: Callable[[], object] | None = None
) -> PageFailure | NotPermittedError | None:
    """
    Run `action`; return its failure, which is logged, or None.

    The result of `collect` is passed to `action`, and again on a retry: by then the page may have
    been drawn without its fields, and Streamlit has forgotten what was typed into them.
    """
    try:
        if collect is not None:
            action = partial(action, collect())
        action()
    except NotPermittedError as refusal:
        log.warning("a click without the right to it", right=str(refusal))
        return refusal
    except Exception as error:  # any failure is shown as a text of ours
        number = _new_number()
        log.exception("a click failed", number=number)
        return PageFailure(number, isinstance(error, StorageError), action)
    return None


def draw_page(draw: Callable[[], None], *, ask_for_person: Callable[[], object] | None) -> None:
    """
    Draw a page; if that fails, draw our failure text instead, with buttons to go on.

    `ask_for_person` opens the form to a person, on customers' pages.
    """
    try:
        draw()
    except Exception:
        # `st.rerun` and `st.stop` raise BaseExceptions, which pass.
        number = _new_number()
        log.exception("a page failed", number=number)
        _draw_instead(number, session.reader_language() or visitor.language(), ask_for_person)
    finally:
        # A callback may have removed its button, and then nothing would clear its mark.
        session.forget_handled()


def _draw_instead(
    number: str, language: Language, ask_for_person: Callable[[], object] | None
) -> None:
    """Draw the failure text. A plain rerun tries again, so that button needs no callback."""
    st.header(words("trouble_title", language), anchor=False)
    st.write(words("trouble_body", language, number=number))
    st.button(words("try_again", language), key="redraw", type="primary", width="stretch")
    if ask_for_person is not None:
        st.button(
            words("person", language),
            key="person-after-trouble",
            width="stretch",
            on_click=_attempt_quietly,
            args=(ask_for_person,),
        )


def _attempt_quietly(action: Callable[[], object]) -> None:
    attempt(action)  # if it fails too, the next page run shows the failure again


def _new_number() -> str:
    """Return a number for the log that is short enough to be read aloud."""
    return secrets.token_hex(3).upper()
