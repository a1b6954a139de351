"""Draws a checklist as an SVG, with each condition to the left of its box."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from intake.authoring.drawing.diagram import COLOURS, IF, LEGEND, Station, StationStyle, stations
from intake.authoring.syntax.step_locations import StepLocation
from intake.journey.checklist import Checklist

WIDTH: Final = 760
_LEFT, _BOX, _PAD, _LINE, _GAP = 300, 420, 12, 19, 22
# Characters per line: an SVG can't measure its text, so lines break by an average width.
_PER_LINE, _CONDITION_PER_LINE = 50, 36
_TEXT: Final = {"ink": "#1c1c1c", "grey": "#555555", "brown": "#8a4b00"}
_FONT: Final = "system-ui, 'Noto Sans', sans-serif"
_DARK: Final[dict[StationStyle, tuple[str, str]]] = {
    "asked": ("#16294d", "#8fb8ff"),
    "measured": ("#12301f", "#7fdc9b"),
    "told": ("#362705", "#ffc861"),
    "end": ("#242e36", "#a9b5c5"),
    "section": ("#2c1c42", "#cfa8ff"),
}
_DARK_TEXT: Final = {"ink": "#e8edf4", "grey": "#b4bfcd", "brown": "#ffc27a"}


def svg(
    checklist: Checklist,
    language: str = "en",
    outline: Sequence[StepLocation] = (),
    *,
    collapse: bool | None = None,
) -> str:
    """Return the checklist as the text of an SVG."""
    boxes = stations(checklist, language, outline, collapse=collapse)
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    title = checklist.title.in_(language)
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "style").text = _dark_styles()
    paper = {"width": "100%", "height": "100%", "fill": "#ffffff", "class": "paper"}
    ET.SubElement(root, "rect", paper)
    _text(root, _PAD, 30, title, size=19, weight="600")
    _legend(root, language)
    y = 84
    for number, station in enumerate(boxes):
        y = _box(root, station, y, language, is_last=number == len(boxes) - 1)
    root.set("viewBox", f"0 0 {WIDTH} {y}")
    root.set("width", str(WIDTH))
    root.set("height", str(y))
    # ElementTree escapes what authors wrote, so that no text becomes markup.
    return ET.tostring(root, encoding="unicode") + "\n"


def _dark_styles() -> str:
    """Return CSS for dark mode; a style sheet wins over the elements' presentation attributes."""
    boxes = [f".{style}{{fill:{fill};stroke:{stroke}}}" for style, (fill, stroke) in _DARK.items()]
    texts = [f"text.{name}{{fill:{colour}}}" for name, colour in _DARK_TEXT.items()]
    rules = "".join([".paper{fill:#12181f}", *boxes, *texts])
    return f"@media (prefers-color-scheme: dark){{{rules}}}"


def _legend(root: ET.Element, language: str) -> None:
    x = _PAD
    for style, names in LEGEND.items():
        fill, stroke = COLOURS[style]
        place = {"x": str(x), "y": "46", "width": "14", "height": "14", "rx": "3"}
        ET.SubElement(root, "rect", place | {"fill": fill, "stroke": stroke, "class": style})
        _text(root, x + 20, 58, names[language], size=12)
        x += 34 + 9 * len(names[language])


def _box(root: ET.Element, station: Station, y: int, language: str, *, is_last: bool) -> int:
    """Draw one station; return the y coordinate of the next one."""
    title = textwrap.wrap(station.title, _PER_LINE) or [""]
    lines = [part for line in station.lines for part in textwrap.wrap(line, _PER_LINE + 8)]
    sentence = f"{IF[language]} {station.condition}" if station.condition else ""
    condition = textwrap.wrap(sentence, _CONDITION_PER_LINE)
    height = max(2 * _PAD - 6 + _LINE * (len(title) + len(lines)), _LINE * len(condition))
    _frame(root, station, y, height)
    for number, line in enumerate(title):
        _text(root, _LEFT + _PAD, y + 24 + _LINE * number, line, weight="600")
    for number, line in enumerate(lines, len(title)):
        _text(root, _LEFT + _PAD, y + 24 + _LINE * number, line, size=12, colour="grey")
    for number, line in enumerate(condition):
        _text(root, _PAD, y + 16 + _LINE * number, line, size=12, colour="brown")
    goes_on = station.style != "end" or bool(station.condition)
    if goes_on and not is_last:
        _line_down(root, y + height)
    return y + height + _GAP


def _frame(root: ET.Element, station: Station, y: int, height: int) -> None:
    """Draw the frame: dashed if it is conditional, round for checks and ends."""
    fill, stroke = COLOURS[station.style]
    attributes = {"x": str(_LEFT), "y": str(y), "width": str(_BOX), "height": str(height)}
    attributes |= {"fill": fill, "stroke": stroke, "stroke-width": "1.5", "class": station.style}
    attributes["rx"] = "18" if station.style in ("measured", "end") else "6"
    if station.condition:
        attributes["stroke-dasharray"] = "5 3"
    ET.SubElement(root, "rect", attributes)


def _line_down(root: ET.Element, y: int) -> None:
    x = str(_LEFT + _BOX // 2)
    ends = {"x1": x, "y1": str(y), "x2": x, "y2": str(y + _GAP)}
    ET.SubElement(root, "line", ends | {"stroke": "#90a4ae"})


def _text(  # noqa: PLR0913 - what a line of text needs
    root: ET.Element,
    x: int,
    y: int,
    text: str,
    *,
    size: int = 14,
    weight: str = "400",
    colour: str = "ink",
) -> None:
    place = {"x": str(x), "y": str(y), "fill": _TEXT[colour], "class": colour}
    font = {"font-family": _FONT, "font-size": str(size), "font-weight": weight}
    ET.SubElement(root, "text", place | font).text = text
