"""
Draws a cause as a small SVG picture: light and dark mode, no script.

It is an `img` with a text alternative, because Streamlit allows no SVG in a page's HTML.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final
from xml.etree import ElementTree as ET

import streamlit as st
from babel.numbers import format_decimal
from pydantic import ValidationError

from diagnostics import (
    Figures,
    NameStation,
    PhaseTime,
    Report,
    RoundTrips,
    figures_of,
    figures_of_contract,
    is_drawn,
)
from diagnostics.texts import Language
from intake.ui.markdown_escape import visible
from intake.ui.texts import words

_WIDTH: Final = 320  # what fits on a phone of 360 px; wider screens enlarge it a little
_MAX_TEXT: Final = 36  # characters that fit beside a mark
_DOTS_IN_A_ROW, _DOT, _MOST_DOTS = 20, 15, 40
_BAR_LEFT, _ROW = 104, 30
_STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #1c2430 } .soft { fill: #55606f }
.strong { font-weight: 600 } .good { fill: #1a5fd0 } .bad { fill: #8a4200 }
.ring, path { fill: none; stroke: #8a4200; stroke-width: 1.6 } line { stroke: #a3adba }
@media (prefers-color-scheme: dark) {
text { fill: #e8edf4 } .soft { fill: #a9b5c5 } .good { fill: #8fb8ff } .bad { fill: #ffc27a }
.ring, path { stroke: #ffc27a } line { stroke: #5d6878 } }
"""


def draw_figures(code: str, report: Mapping[str, Any] | None, language: Language) -> None:
    """Draw the pictures of a report's cause; nothing if the cause has none."""
    # Most causes have no picture, so their report needn't be parsed.
    if report is not None and is_drawn(code):
        _draw(figures_of(Report.model_validate(report)), language)


def draw_figures_of_ticket(
    code: str, contract: Mapping[str, Any] | None, language: Language
) -> None:
    """Draw the pictures of a ticket's report; nothing if its version is unknown."""
    if contract is not None and is_drawn(code):
        try:
            figures = figures_of_contract(contract)
        except (KeyError, ValidationError):
            return
        _draw(figures, language)


def _draw(figures: Figures, language: Language) -> None:
    for picture in pictures_of(figures, language):
        st.html(picture)


def pictures_of(figures: Figures, language: Language) -> Iterator[str]:
    """Yield each picture as HTML; texts of strangers are escaped."""
    if figures.round_trips is not None:
        yield _round_trips(figures.round_trips, language)
    if figures.phases:
        yield _phases(figures.phases, language)
    if figures.name_way:
        yield _name_way(figures.name_way, language)


def _round_trips(echoes: RoundTrips, language: Language) -> str:
    """Draw a dot for each echo request, full if it was answered; below, the times."""
    came = words("figure_echoes", language, received=echoes.received, sent=echoes.sent)
    times = _times(echoes, language)
    share = min(1.0, _MOST_DOTS / echoes.sent)
    dots, full = round(echoes.sent * share), round(echoes.received * share)
    rows = -(-dots // _DOTS_IN_A_ROW)
    root = _root(rows * _DOT + (46 if times else 26), f"{came}. {times}")
    for place in range(dots):
        x = 8 + place % _DOTS_IN_A_ROW * _DOT
        y = 8 + place // _DOTS_IN_A_ROW * _DOT
        is_back = place < full
        _mark(root, x, y, is_good=is_back, radius=5)
    _text(root, 2, rows * _DOT + 18, came, name="strong")
    if times:
        _text(root, 2, rows * _DOT + 38, times)
    return _html(root)


def _times(echoes: RoundTrips, language: Language) -> str:
    """Return the times of the echoes in words, or "" if they weren't measured."""
    if echoes.shortest_s is None or echoes.median_s is None or echoes.longest_s is None:
        return ""
    return words(
        "figure_echo_times",
        language,
        shortest=_duration(echoes.shortest_s, language),
        usual=_duration(echoes.median_s, language),
        longest=_duration(echoes.longest_s, language),
    )


def _phases(phases: tuple[PhaseTime, ...], language: Language) -> str:
    """Draw a bar for each phase, beginning where the previous one ended."""
    worded = [(phase, *_phase_words(phase, language)) for phase in phases]
    alt = "; ".join(f"{label}: {took}" for _, label, took in worded)
    root = _root(len(phases) * _ROW + 4, f"{words('figure_phases', language)}. {alt}")
    whole_s = sum(phase.seconds for phase in phases) or 1.0
    room, before_s = _WIDTH - _BAR_LEFT - 2, 0.0
    for place, (phase, label, took) in enumerate(worded):
        y = place * _ROW + 4
        _text(root, 2, y + 14, label)
        x = _BAR_LEFT + before_s / whole_s * room
        width = max(3.0, phase.seconds / whole_s * room)
        x = min(x, _BAR_LEFT + room - width)
        box = {"x": f"{x:.1f}", "y": str(y + 19), "width": f"{width:.1f}", "height": "5", "rx": "2"}
        ET.SubElement(root, "rect", box | {"class": "good" if phase.state == "done" else "bad"})
        _text(root, _WIDTH - 2, y + 14, took, name="soft" if phase.state == "done" else "strong")
        before_s += phase.seconds
    return _html(root)


def _phase_words(phase: PhaseTime, language: Language) -> tuple[str, str]:
    took = _duration(phase.seconds, language)
    if phase.state == "failed":
        took = words("figure_phase_failed", language, took=took)
    return words(f"figure_phase_{phase.phase}", language), took


def _name_way(way: tuple[NameStation, ...], language: Language) -> str:
    """Draw the stations of a name's resolution below each other, joined by a line."""
    worded = [_station_words(station, language) for station in way]
    marks = (("figure_good" if station.is_good else "figure_bad") for station in way)
    alt = "; ".join(
        f"{label} {text} ({words(mark, language)})"
        for (label, text), mark in zip(worded, marks, strict=True)
    )
    step = 38
    root = _root(len(way) * step, f"{words('figure_name_way', language)}. {alt}")
    for place, (station, (label, text)) in enumerate(zip(way, worded, strict=True)):
        y = place * step
        if place:
            ends = {"x1": "9", "x2": "9", "y1": str(y - step + 20), "y2": str(y + 4)}
            ET.SubElement(root, "line", ends)
        _mark(root, 9, y + 12, is_good=station.is_good, radius=6)
        _text(root, 26, y + 12, label, name="soft")
        _text(root, 26, y + 28, _short(text), name="" if station.is_good else "strong")
    return _html(root)


def _station_words(station: NameStation, language: Language) -> tuple[str, str]:
    label = words(f"figure_station_{station.kind}", language)
    text = visible(station.text, limit=300) or words("figure_nothing", language)
    note = f": {words(f'figure_note_{station.note}', language)}" if station.note else ""
    return f"{label}{note}", text


def _duration(seconds: float, language: Language) -> str:
    """Return milliseconds below a second, else seconds with one decimal."""
    if seconds < 0.001:  # noqa: PLR2004 - a millisecond
        return words("figure_below_ms", language)
    if seconds < 1:
        return words("figure_ms", language, milliseconds=round(seconds * 1000))
    worded = format_decimal(round(seconds, 1), format="0.0", locale=language)
    return words("check_seconds", language, seconds=worded)


def _short(text: str) -> str:
    """Return both ends of a text that is too long for a line; the alternative has all of it."""
    half = _MAX_TEXT // 2
    return text if len(text) <= _MAX_TEXT else f"{text[:half]}…{text[1 - half :]}"


def _root(height: float, alt: str) -> ET.Element:
    size = {"width": str(_WIDTH), "height": f"{height:g}", "viewBox": f"0 0 {_WIDTH} {height:g}"}
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
    ET.SubElement(root, "title").text = alt
    ET.SubElement(root, "style").text = _STYLE
    return root


def _mark(root: ET.Element, x: float, y: float, *, is_good: bool, radius: int) -> None:
    """Draw a full dot, or a ring with a cross: they differ without colours too."""
    place = {"cx": f"{x:g}", "cy": f"{y:g}", "r": str(radius)}
    ET.SubElement(root, "circle", place | {"class": "good" if is_good else "ring"})
    if not is_good:
        arm = radius * 0.5
        there, back = 2 * arm, -2 * arm
        path = f"M{x - arm:g} {y - arm:g}l{there:g} {there:g}m0 {back:g}l{back:g} {there:g}"
        ET.SubElement(root, "path", {"d": path})


def _text(root: ET.Element, x: float, y: float, text: str, *, name: str = "") -> None:
    attributes = {"x": f"{x:g}", "y": f"{y:g}"} | ({"class": name} if name else {})
    if x > _WIDTH / 2:
        attributes["text-anchor"] = "end"
    ET.SubElement(root, "text", attributes).text = text


def _html(root: ET.Element) -> str:
    # ElementTree escapes names that strangers chose, so that no text becomes markup.
    alt = escape(root.findtext("title") or "", quote=True)
    data = b64encode(ET.tostring(root)).decode()
    return f'<img class="intake-figure" alt="{alt}" src="data:image/svg+xml;base64,{data}">'
