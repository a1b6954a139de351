"""Repairs steps and keys in a wrong column, together with the lines that belong to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from intake.authoring.messages import phrase
from intake.authoring.syntax.yaml_repair.line_edits import Repair
from intake.journey.steps import STEP_MODELS

_STEP = re.compile(rf"(?P<lead> *)-(?P<gap> +)(?:{'|'.join(STEP_MODELS)}):(?:\s|$)")
_HEAD_KEYS = ("steps", "ticket", "tests", "words", "conditions", "must-have")
_HEAD = re.compile(rf"(?P<lead> +)(?P<key>{'|'.join(_HEAD_KEYS)}):\s*(?:#.*)?$")
_OF_NAMES = re.compile(
    r" *(?P<key>choices|conditions|must-have|takes|answers|given|needs|queues|products):"
    r"\s*(?:#.*)?$"
)
_DASHED_NAME = re.compile(r" *- +[\w.-]+:(?:\s|$)")
_NAME = re.compile(r" *[\w.-]+:(?:\s|$)")
_DASH = re.compile(r"(?<= )- +|^- +")
_MOVE = re.compile(r" *- +(?:\{ *)?(?:en|ru):\s")
_BARE_MOVE = re.compile(r"\{ *(?:en|ru):\s")
_TEST = re.compile(r"(?P<lead> *)- +name:\s")
_OPEN_DO = re.compile(r"(?P<lead> +)do:\s*(?:#.*)?$")
_RULE = re.compile(r"(?:subject|priority|queue):(?:\s|$)")
_ROW = re.compile(r" *(?P<key>when|otherwise): ")
_TAB_WIDTHS = (2, 4)


def repairs_of_columns(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield repairs of a line in a wrong column, alone or with the lines below it."""
    yield from _moved_step(lines, index)
    yield from _moved_test(lines, index)
    yield from _moved_head(lines, index)
    yield from _moved_moves(lines, index)
    yield from _first_move_without_dash(lines, index)
    yield from _moved_rules(lines, index)
    yield from _row_without_dash(lines, index)
    yield from names_with_dash(lines, index)


def _moved_test(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of a test's `- name:` in another column than that of the test above."""
    here = _TEST.match(lines[index])
    others = (_TEST.match(lines[at]) for at in range(index - 1, -1, -1)) if here else iter(())
    above = next((other for other in others if other is not None), None)
    if here is None or above is None or len(above["lead"]) == len(here["lead"]):
        return
    changed = {index: f"{above['lead']}{lines[index].lstrip()}"}
    yield Repair(phrase("indentation"), index, len(here["lead"]), 1, changed)


def _moved_step(lines: Sequence[str], index: int) -> Iterator[Repair]:
    step = _STEP.match(lines[index])
    usual = usual_column(lines, but=index)
    if step is None or usual is None or len(step["lead"]) == usual:
        return
    own = len(step["lead"])
    words = phrase("step-indentation", column=usual + 1)
    length = len(lines[index].strip().partition(":")[0])
    # Move all steps of that column, this step, its lines that are shifted too, or its line alone.
    ends = (
        _end_of_run(lines, index, own, usual),
        _end_of_step(lines, index, own),
        _end_of_moved(lines, index, own),
        index + 1,
    )
    for end in ends:
        changed = {at: _shifted(lines[at], usual - own) for at in range(index, end)}
        yield Repair(words, index, own, length, changed, is_block=True)


def move_without_dash(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `{en: …}` without its dash, below an item of a list."""
    rest = lines[index].lstrip()
    above = _MOVE.match(lines[index - 1]) if index else None
    if above is None or not _BARE_MOVE.match(rest):
        return
    lead = _column(lines[index - 1])
    changed = {index: f"{' ' * lead}- {rest}"}
    own = _column(lines[index])
    yield Repair(phrase("no-row-dash", word="{"), index, own, 1, changed)


def _first_move_without_dash(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `{en: …}` without its dash, above the other items of a `do:`."""
    first = index - 1
    if first < 1 or not _MOVE.match(lines[index]) or not _OPEN_DO.match(lines[first - 1]):
        return
    rest = lines[first].lstrip()
    if _BARE_MOVE.match(rest):
        changed = {first: f"{' ' * _column(lines[index])}- {rest}"}
        words = phrase("no-row-dash", word="{")
        yield Repair(words, first, _column(lines[first]), 1, changed)


def _row_without_dash(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `otherwise: normal` without its dash, below the rows of a table."""
    row, own = _ROW.match(lines[index]), _column(lines[index])
    if row is not None and index and lines[index - 1].startswith(f"{' ' * own}- "):
        words = phrase("no-row-dash", word=row["key"])
        changed = {index: f"{' ' * own}- {lines[index].lstrip()}"}
        yield Repair(words, index, own, len(row["key"]), changed)


def _moved_rules(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `priority:` in the first column among the keys of `ticket:`."""
    keys = [at for at in range(index) if _RULE.match(lines[at])]
    above = next((at for at in range(index) if lines[at].startswith("ticket:")), None)
    if above is None or not keys or keys[-1] < above:
        return
    at = keys[-1]
    words = phrase("nesting", key="ticket", line=above + 1)
    length = len(lines[at].partition(":")[0])
    yield Repair(words, at, 0, length, {at: f"  {lines[at]}"})


def _moved_moves(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of a `do:` whose items are in the column of steps; `index` is after them."""
    begin = index
    while begin > 0 and _MOVE.match(lines[begin - 1]):
        begin -= 1
    above = _OPEN_DO.match(lines[begin - 1]) if 0 < begin < index else None
    if above is None or _column(lines[begin]) >= len(above["lead"]):
        return
    by = len(above["lead"]) + 2 - _column(lines[begin])
    changed = {at: _shifted(lines[at], by) for at in range(begin, index)}
    words = phrase("nesting", key="do", line=begin)
    yield Repair(words, begin, _column(lines[begin]), 1, changed, is_block=True)


def names_with_dash(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `- cart: …` below `choices:` if the next name has no dash."""
    own, begin = _column(lines[index]), index
    while begin > 0 and _DASHED_NAME.match(lines[begin - 1]) and _column(lines[begin - 1]) == own:
        begin -= 1
    above = _OF_NAMES.match(lines[begin - 1]) if 0 < begin < index else None
    if above is None or _column(lines[begin - 1]) >= own or not _NAME.match(lines[index]):
        return
    changed = {at: _DASH.sub("", lines[at], count=1) for at in range(begin, index)}
    words = phrase("dash-before-name", key=above["key"])
    yield Repair(words, begin, own, 1, changed, is_block=True)


def is_step(line: str) -> bool:
    """Check whether a step begins on a line."""
    return _STEP.match(line) is not None


def usual_column(lines: Sequence[str], *, but: int) -> int | None:
    """Return the column of most steps, from 0, without line `but`; None if there is no step."""
    steps = (_STEP.match(line) for index, line in enumerate(lines) if index != but)
    common = Counter(len(step["lead"]) for step in steps if step is not None).most_common(1)
    return common[0][0] if common else None


def _end_of_step(lines: Sequence[str], index: int, own: int) -> int:
    for at in range(index + 1, len(lines)):
        line = lines[at]
        if line.strip() and (_STEP.match(line) or _column(line) <= own):
            return at
    return len(lines)


def _end_of_moved(lines: Sequence[str], index: int, own: int) -> int:
    """Return the end of the lines that are shifted with the step; the rest is in place."""
    for at in range(index + 1, len(lines)):
        if lines[at].strip() and _column(lines[at]) < own + 2:
            return at
    return len(lines)


def _end_of_run(lines: Sequence[str], index: int, own: int, usual: int) -> int:
    """Return the end of the run of steps in the same column."""
    at = _end_of_step(lines, index, own)
    while at < len(lines):
        step = _STEP.match(lines[at])
        if step is None or len(step["lead"]) != own or own == usual:
            break
        at = _end_of_step(lines, at, own)
    return at


def _moved_head(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield repairs of `ticket:` and other root keys, which belong in the first column."""
    head = _HEAD.match(lines[index])
    if head is None:
        return
    own, words = len(head["lead"]), phrase("head-indentation", key=head["key"])
    end = next(
        (at for at in range(index + 1, len(lines)) if lines[at].strip() and not _column(lines[at])),
        len(lines),
    )
    alone = {index: lines[index].lstrip()}
    whole = {at: _shifted(lines[at], -own) for at in range(index, end)}
    # Lines that are indented further were shifted with it.
    is_along = index + 1 < end and _column(lines[index + 1]) > own
    for changed in (whole, alone) if is_along else (alone, whole):
        yield Repair(words, index, own, len(head["key"]), changed, is_block=True)


def _shifted(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * by + line if by > 0 else line[min(-by, _column(line)) :]


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def tabs_in_a_run(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield repairs of consecutive lines with tabs, read as two or as four spaces each."""
    end = index
    while end < len(lines) and _leading_tabs(lines[end]):
        end += 1
    if end - index < 2:  # noqa: PLR2004 - one line is guessed at by its neighbours
        return
    words = phrase("tabs", count=end - index)
    for width in _TAB_WIDTHS:
        changed = {
            at: lines[at].replace("\t", " " * width, _leading_tabs(lines[at]))
            for at in range(index, end)
        }
        yield Repair(words, index, lines[index].index("\t"), 1, changed, is_block=True)


def _leading_tabs(line: str) -> int:
    lead = line[: len(line) - len(line.lstrip(" \t"))]
    return lead.count("\t")
