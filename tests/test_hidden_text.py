"""No character that acts unseen reaches a reader, wherever text of others is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from diagnostics import read_target
from diagnostics.probes.page import title_of
from intake.accounts.panel_link import PanelVisit
from intake.delivery.desks.letter import header_text
from intake.drafts import sanitised_name
from intake.journey.draft import Environment
from intake.journey.kinds.input_text import quote
from intake.tickets.render.escape import escape_commonmark, indent
from intake.ui.markdown_escape import escape_markdown, visible
from tests.diagnostics.test_text_safety import HOSTILE, LEGITIMATE

PLACES: dict[str, Callable[[str], str]] = {
    "a page's title": lambda text: title_of(f"<title>{text}</title>"),
    "a refused target": lambda text: read_target(f"192.168.0.1/{text}").explain("en"),
    "the subject of a letter": header_text,
    "the name of a file": sanitised_name,
    "a name in the panel": lambda text: PanelVisit(sub="1", name=text).name,
    "what a browser says of itself": lambda text: Environment(timezone=text).timezone or "",
    "a hint that quotes": lambda text: quote(text, "en"),
    "a ticket in plain text": lambda text: indent(text, "> "),
    "a ticket in Markdown": escape_commonmark,
    "an element of a page": visible,
    # What it adds itself, a word joiner, keeps Markdown from being read.
    "Markdown of a page": lambda text: escape_markdown(text).replace("\u2060", ""),
}


@pytest.mark.parametrize("show", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("char", HOSTILE.values(), ids=HOSTILE)
def test_no_place_shows_what_acts_unseen(char: str, show: Callable[[str], str]) -> None:
    assert char not in show(f"a{char}b")


@pytest.mark.parametrize("show", [PLACES["an element of a page"], PLACES["a page's title"]])
@pytest.mark.parametrize("text", LEGITIMATE.values(), ids=LEGITIMATE)
def test_what_people_write_is_shown_as_it_is(text: str, show: Callable[[str], str]) -> None:
    assert show(text) == text
