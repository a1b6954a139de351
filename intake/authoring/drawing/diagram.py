"""
A checklist as a flowchart: its steps from top to bottom, with the conditions that skip some.

A checklist has no jumps, so the chart is a single column of stations. Shape and colour distinguish
checks, questions, advice and ends; a section may be one station. Written as Mermaid's text here, as
an SVG in `svg.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from diagnostics.texts import one_line
from intake.authoring.syntax.step_locations import StepLocation
from intake.journey.checklist import Checklist
from intake.journey.explain import condition_in_words
from intake.journey.kinds import choices_of
from intake.journey.steps import Ask, Check, End, Step, Tell

StationStyle = Literal["asked", "measured", "told", "end", "section"]
_MAX_NAMES: Final = 4
_CUT: Final = 60  # characters of a text in a box
_COLLAPSE_FROM: Final = 25  # steps; below it the steps of each section are drawn one by one


@dataclass(frozen=True, slots=True)
class Station:
    """One box: its text, its style, and the condition under which it is shown (empty: always)."""

    id: str
    style: StationStyle
    title: str
    lines: tuple[str, ...]
    condition: str


def stations(
    checklist: Checklist,
    language: str,
    outline: Sequence[StepLocation] = (),
    *,
    collapse: bool | None = None,
) -> tuple[Station, ...]:
    """
    Return the boxes from top to bottom.

    `collapse` draws each section as one box; None does so for long checklists only. It needs the
    `outline`, which knows the section of each step.
    """
    if collapse is None:
        collapse = len(checklist.steps) >= _COLLAPSE_FROM
    sections = {place.id: place.section for place in outline} if collapse else {}
    return tuple(_stations(checklist, language, sections))


def _stations(checklist: Checklist, language: str, sections: dict[str, str]) -> Iterator[Station]:
    section_steps: list[Step] = []
    # None at the end draws the section that is still collected.
    for step in (*checklist.steps, None):
        section = sections.get(step.id, "") if step is not None else ""
        # A section ends where the next step belongs to another one or to the checklist itself.
        if section_steps and (step is None or section != sections.get(section_steps[0].id, "")):
            yield _section(checklist, section_steps, sections[section_steps[0].id], language)
            section_steps = []
        if section and step is not None:
            section_steps.append(step)
        elif step is not None:
            yield _station(checklist, step, language)
    # Without an end that always holds, the journey ends in a ticket after the last step.
    if not any(isinstance(step, End) and step.show_if is None for step in checklist.steps):
        yield Station("end", "end", _END["ticket"][language], (), "")


def _section(checklist: Checklist, steps: Sequence[Step], section: str, language: str) -> Station:
    """Return the box of a section, with a condition only if all of its steps share it."""
    conditions = {_condition(checklist, step, language) for step in steps}
    shared = next(iter(conditions)) if len(conditions) == 1 else ""
    listed = ", ".join(_first_names([step.id for step in steps]))
    return Station(section, "section", section, (listed,), shared)


def _first_names(names: Sequence[str]) -> list[str]:
    """Return the first names, and `+3` for three more."""
    more = len(names) - _MAX_NAMES
    return [*names[:_MAX_NAMES], f"+{more}"] if more > 0 else list(names)


def _station(checklist: Checklist, step: Step, language: str) -> Station:
    condition = _condition(checklist, step, language)
    if isinstance(step, Check):
        title = _MEASURE[step.diagnose][language]
        return Station(step.id, "measured", title, (f"{step.id} ← {step.of}",), condition)
    if isinstance(step, End):
        why = (_cut(step.text.in_(language)),) if step.text else ()
        return Station(step.id, "end", _END[step.end][language], why, condition)
    lines: tuple[str, ...] = (step.id,)
    if isinstance(step, Ask):
        labels = [_cut(label.in_(language), 24) for label in choices_of(step).values()]
        kind = f"{step.kind} · {_PAGE[language]} {step.page}" if step.page else step.kind
        lines = (f"{step.id} · {kind}", *([" · ".join(_first_names(labels))] if labels else []))
    if step.link is not None:
        lines = (*lines, f"↗ {_cut(step.link.label.in_(language), 40)}")
    style: StationStyle = "told" if isinstance(step, Tell) else "asked"
    return Station(step.id, style, _cut(step.text.in_(language)), lines, condition)


def _condition(checklist: Checklist, step: Step, language: str) -> str:
    return "" if step.show_if is None else condition_in_words(checklist, step.show_if, language)


_END: Final = {
    "ticket": {"en": "Review, then a ticket", "ru": "Проверка и обращение"},
    "solved": {"en": "Solved without a ticket", "ru": "Решено без обращения"},
    "hand-over": {"en": "A person takes over", "ru": "Дальше поможет человек"},
}
_MEASURE: Final = {
    "site": {"en": "We measure the site", "ru": "Проверяем сайт"},
    "server": {"en": "We measure the server", "ru": "Проверяем сервер"},
    "mail": {"en": "We measure the mail", "ru": "Проверяем почту"},
}
_PAGE: Final = {"en": "page", "ru": "страница"}
IF: Final = {"en": "if", "ru": "если"}
_ELSE: Final = {"en": "else", "ru": "иначе"}
LEGEND: Final[dict[StationStyle, dict[str, str]]] = {
    "asked": {"en": "asked", "ru": "спрашиваем"},
    "measured": {"en": "measured", "ru": "измеряем"},
    "told": {"en": "advice", "ru": "советуем"},
    "end": {"en": "end", "ru": "конец"},
    "section": {"en": "section", "ru": "раздел"},
}


def _cut(text: str, most: int = _CUT) -> str:
    return one_line(text, most)


# Mermaid

_SHAPES: Final[dict[StationStyle, tuple[str, str]]] = {
    "asked": ("[", "]"),
    "measured": ("([", "])"),
    "told": ("[/", "/]"),
    "end": ("([", "])"),
    "section": ("[[", "]]"),
}
COLOURS: Final[dict[StationStyle, tuple[str, str]]] = {
    "asked": ("#e8f0fe", "#3b6fd4"),
    "measured": ("#e6f4ea", "#2e7d4f"),
    "told": ("#fff6e0", "#b07a00"),
    "end": ("#eceff1", "#546e7a"),
    "section": ("#f3e8fd", "#7b4bb5"),
}


def mermaid(
    checklist: Checklist,
    language: str = "en",
    outline: Sequence[StepLocation] = (),
    *,
    collapse: bool | None = None,
) -> str:
    """Return the checklist as a Mermaid flowchart, with an arrow past each conditional box."""
    boxes = stations(checklist, language, outline, collapse=collapse)
    lines = ["flowchart TD"]
    for number, station in enumerate(boxes):
        left, right = _SHAPES[station.style]
        text = "<br/>".join(_entities(line) for line in (station.title, *station.lines))
        # Boxes have numbers for names: a step may be called `end`, a keyword of Mermaid.
        lines.append(f'  s{number}{left}"{text}"{right}:::{station.style}')
        if station.condition:
            condition = _entities(f"{IF[language]} {station.condition}")
            lines.append(f'  c{number}{{{{"{condition}"}}}}')
    lines.extend(f"  {arrow}" for arrow in _arrows(boxes, language))
    for style, (fill, stroke) in COLOURS.items():
        lines.append(f"  classDef {style} fill:{fill},stroke:{stroke},color:#1c1c1c")
    return "\n".join(lines) + "\n"


def _arrows(boxes: Sequence[Station], language: str) -> Iterator[str]:
    """Yield an arrow from each box, and from each condition that fails, to the next box."""
    for number, station in enumerate(boxes):
        entry = f"c{number}" if station.condition else f"s{number}"
        if number and boxes[number - 1].style != "end":
            yield f"s{number - 1} --> {entry}"
        # Past an end too: if its condition doesn't hold, the journey goes on.
        if number and boxes[number - 1].condition:
            yield f'c{number - 1} -- "{_ELSE[language]}" --> {entry}'
        if station.condition:
            yield f"c{number} --> s{number}"


def _entities(text: str) -> str:
    """Escape every character that Mermaid might read as syntax."""
    return "".join(
        character
        if character.isalnum() or character in " .,:!?()+-–—·…’“”«»/=%←_"
        else f"#{ord(character)};"
        for character in text
    )
