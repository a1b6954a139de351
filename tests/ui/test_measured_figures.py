"""Pictures of a cause: words for who can't see them, and nothing of a stranger's is markup."""

from __future__ import annotations

import re
from base64 import b64decode
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from diagnostics import Figures, NameStation, PhaseTime, RoundTrips
from diagnostics.texts import LANGUAGES, Language
from intake.ui.measured_figures import pictures_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>" + "x" * 300
FIGURES = (
    Figures(round_trips=RoundTrips(25, 13, 0.04, 0.12, 1.4)),
    Figures(round_trips=RoundTrips(200, 0, None, None, None)),
    Figures(
        phases=(
            PhaseTime("name", 0.012, "done"),
            PhaseTime("first_byte", 3.4, "slow"),
            PhaseTime("body", 0.0004, "failed"),
        )
    ),
    Figures(
        name_way=(
            NameStation("name", HOSTILE, is_good=True),
            NameStation("server", "ns1.dns.example", is_good=False, note="silent"),
            NameStation("address", "", is_good=False),
        )
    ),
)


def parts_of(html: str) -> tuple[str, ET.Element]:
    """The words and the drawing of a picture."""
    match = re.fullmatch(r'<img class="[^"]+" alt="([^"]*)" src="data:[^,]+,([^"]+)">', html)
    assert match
    return unescape(match[1]), ET.fromstring(b64decode(match[2]))  # noqa: S314 - made by us


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("figures", FIGURES, ids=["lossy", "dead", "phases", "name"])
def test_every_picture_is_said_in_words_too(figures: Figures, language: Language) -> None:
    [html] = pictures_of(figures, language)
    said, svg = parts_of(html)
    for text in svg.iter(f"{SVG}text"):
        assert text.text
        if "…" not in text.text:
            assert all(word in said for word in text.text.split(": "))
    assert not list(svg.iter(f"{SVG}script"))
    assert all(0 <= float(box.get("x", 0)) <= float(svg.get("width", 0)) for box in svg.iter())


def test_a_few_dots_stand_for_many_echoes() -> None:
    said, svg = parts_of(next(pictures_of(FIGURES[1], "en")))
    assert len(list(svg.iter(f"{SVG}circle"))) == 40
    assert "0 of 200 echo requests came back" in said
