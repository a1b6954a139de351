"""
Guesses the repairs of broken YAML at the place where reading stopped.

Nothing is tried here: the reader tries the guesses and keeps the first with which reading
continues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from intake.authoring.messages import cut, phrase
from intake.authoring.syntax.yaml_repair.block_texts import repairs_of_block_text
from intake.authoring.syntax.yaml_repair.flow_commas import repairs_of_commas
from intake.authoring.syntax.yaml_repair.flow_edits import repair_flow
from intake.authoring.syntax.yaml_repair.habits import habits_near
from intake.authoring.syntax.yaml_repair.joined_keys import repairs_of_joined_keys
from intake.authoring.syntax.yaml_repair.line_edits import (
    KNOWN_KEYS,
    MAX_LINE,
    TEXT_KEYS,
    Edit,
    Repair,
    apply,
    quoted,
    repair_colon,
    repair_dash,
    repair_space,
    repair_text,
)
from intake.authoring.syntax.yaml_repair.moved_lines import (
    is_step,
    move_without_dash,
    repairs_of_columns,
    tabs_in_a_run,
    usual_column,
)
from intake.authoring.syntax.yaml_repair.stop import Sign, Stop

Suspicion = Literal["text", "dash", "row-dash", "goes-on"]
_KEYS_ON_ONE_LINE = re.compile(
    r"(?P<lead>\s*(?:- +)?)(?P<key>[\w-]+):\s+"
    r"(?P<inner>[\w-]+:\s+(?:\[[^\]]*\]|[^\[\]]*)(?:,\s*[\w-]+:\s.*)?)$"
)
_LIST_AS_MAP = re.compile(r"\[[^\[\]{}]*\}")
_CLOSING = {"{": ("}", "}}", "}]"), "[": ("]", "}]"), '"': ('"',), "'": ("'",)}


def likely_repairs(lines: Sequence[str], stop: Stop) -> Iterator[Repair]:
    """Yield possible repairs, the likeliest first."""
    here = min(stop.line, len(lines) - 1)
    if not lines or max(len(lines[here]), len(lines[stop.opened])) > MAX_LINE:
        return
    # YAML allows no tab in indentation (1.2, section 6.1).
    if "\t" in lines[here]:
        yield from tabs_in_a_run(lines, here)
        yield from _tabs(lines, here)
    yield from repairs_of_commas(lines, stop)
    yield from repairs_of_block_text(lines, min(here, stop.opened) if here > 0 else here)
    yield from habits_near(lines, (stop.opened, here - 1, here))
    yield from repairs_of_joined_keys(lines, here)
    yield from repairs_of_columns(lines, here)
    yield from _wrong_bracket(lines, here)
    yield from move_without_dash(lines, stop.opened)
    if stop.says(Sign.NO_COLON_AFTER_KEY):
        yield from _edited(lines, stop.opened, repair_space(lines[stop.opened]))
        yield from _edited(lines, stop.opened, repair_colon(lines[stop.opened]))
    if stop.is_inside:
        yield from _unclosed(lines, stop)
    elif stop.says(Sign.SECOND_COLON):
        yield from _second_colon(lines, here)
    if stop.says(Sign.BLOCK_NOT_ENDED):
        yield from _edited(lines, here, repair_space(lines[here]))
        yield from _edited(lines, here, repair_dash(lines[here]))
    yield from _quoted_texts(lines, here)
    yield from _indented(lines, here)
    if stop.says(Sign.CLOSED_TWICE):
        yield from _closed_twice(lines, here, stop.column)


def _edited(lines: Sequence[str], index: int, *edits: Edit | None) -> Iterator[Repair]:
    made = [edit for edit in edits if edit is not None]
    if made:
        first = min(made, key=lambda guess: guess.at)
        changed = {index: apply(lines[index], made)}
        yield Repair(first.words, index, first.at, first.length, changed)


def repair_of_suspect(
    lines: Sequence[str], index: int, suspicion: Suspicion = "text"
) -> Repair | None:
    """Return the repair of a line that is valid YAML but not as meant, or None."""
    if len(lines[index]) > MAX_LINE:
        return None
    guesses = {
        "text": _quoted_texts,
        "dash": _dash_forgotten,
        "row-dash": _row_dash_forgotten,
        "goes-on": _continued_text,
    }[suspicion]
    if suspicion == "text" and (whole := next(repairs_of_block_text(lines, index), None)):
        return whole
    return next(habits_near(lines, (index,)), None) or next(guesses(lines, index), None)


def _dash_forgotten(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of a step without its dash, read as more keys of the step above."""
    edit, usual = repair_dash(lines[index]), usual_column(lines, but=index)
    if edit is not None and usual is not None:
        line = f"{' ' * usual}- {lines[index].lstrip()}"
        yield Repair(edit.words, index, edit.at, edit.length, {index: line})


def _row_dash_forgotten(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of a test without its dash, read as a part of the test above."""
    rest = lines[index].lstrip()
    own = len(lines[index]) - len(rest)
    if own > 1:
        key = rest.partition(":")[0]
        line = f"{' ' * (own - 2)}- {rest}"
        yield Repair(phrase("no-row-dash", word=key), index, own, len(key), {index: line})


def _quoted_texts(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repairs of texts that need quotes, in braces or not."""
    yield from _edited(lines, index, *repair_flow(lines[index]))
    yield from _edited(lines, index, repair_text(lines[index]))


def _wrong_bracket(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `[panel, ftp}`, a list that is closed like a mapping."""
    match, line = _LIST_AS_MAP.search(lines[index]), lines[index]
    # If the braces are balanced, the bracket is missing instead.
    if match is not None and line.count("}") > line.count("{"):
        at = match.end() - 1
        line = f"{lines[index][:at]}]{lines[index][at + 1 :]}"
        yield Repair(phrase("wrong-bracket"), index, at, 1, {index: line})


def _unclosed(lines: Sequence[str], stop: Stop) -> Iterator[Repair]:
    """Yield repairs of a brace, a bracket or a quotation mark that isn't closed."""
    index, line = stop.opened, lines[stop.opened].rstrip()
    yield from _edited(lines, index, *repair_flow(line))
    if stop.says(Sign.IN_QUOTES):
        yield from _edited(lines, index, repair_text(line))
    mark = line[stop.opened_at : stop.opened_at + 1]
    words = phrase("not-closed", mark=mark)
    for closing in _CLOSING.get(mark, ()) if line.endswith(",") else ():
        whole = f"{line.removesuffix(',')}{closing},"
        yield Repair(words, index, stop.opened_at, 1, {index: whole})
    for closing in _CLOSING.get(mark, ()):
        yield Repair(words, index, stop.opened_at, 1, {index: line + closing})
    yield from _edited(lines, index, repair_text(line))


def _second_colon(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield repairs of a second colon: it may be the fault of this line or the one above."""
    above = _above(lines, index)
    yield from _keys_on_one_line(lines, index)
    is_below = above is not None and _begin(lines[index]) == _begin(lines[above]) + 2
    if above is not None and is_below and _begin(lines[above]) == usual_column(lines, but=above):
        yield from _edited(lines, above, repair_dash(lines[above]))
    if above is not None and lines[index].strip().partition(":")[0] in KNOWN_KEYS:
        yield from _edited(lines, above, repair_space(lines[above]))
        yield from _edited(lines, above, repair_colon(lines[above]))
        yield from _indented(lines, index)
    yield from _quoted_texts(lines, index)
    yield from _continued_text(lines, index)


def _keys_on_one_line(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of `accept: from: 0, to: 100`, which needs braces."""
    match = _KEYS_ON_ONE_LINE.match(lines[index])
    if match is None or match["key"] in TEXT_KEYS:
        return
    meant = f"{match['key']}: {{{match['inner'].rstrip()}}}"
    words = phrase("keys-on-one-line", key=match["key"], meant=cut(meant))
    changed = {index: f"{match['lead']}{meant}"}
    yield Repair(words, index, match.start("inner"), len(match["inner"].rstrip()), changed)


def _begin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _continued_text(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the repair of an unquoted text of two lines with a colon in the second."""
    above = _above(lines, index)
    if above is not None and (key := lines[above].partition(": "))[2]:
        whole = f"{key[0]}: {quoted(f'{key[2].strip()} {lines[index].strip()}')}"
        at = lines[index].find(":")
        yield Repair(phrase("colon-in-text"), index, at, 1, {above: whole, index: ""})


def _tabs(lines: Sequence[str], index: int) -> Iterator[Repair]:
    line = lines[index]
    at = line.index("\t")
    words, rest = phrase("tab"), line.strip()
    if line[:at].strip():
        yield Repair(words, index, at, 1, {index: line.replace("\t", " ")})
        return
    usual = usual_column(lines, but=index) if is_step(rest) else None
    for indent in dict.fromkeys(([] if usual is None else [usual]) + _indents(lines, index)):
        yield Repair(words, index, at, 1, {index: " " * indent + rest.replace("\t", " ")})


def _indented(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield the line with the indentations of its neighbours."""
    rest = lines[index].strip()
    own = len(lines[index]) - len(lines[index].lstrip())
    length = len(rest.partition(":")[0]) or 1
    for indent in _indents(lines, index):
        if indent != own and rest:
            yield Repair(phrase("indentation"), index, own, length, {index: " " * indent + rest})


def _indents(lines: Sequence[str], index: int) -> list[int]:
    """Return likely indentations, by the nearest lines above and below, with and without dash."""
    above = _above(lines, index)
    below = next((i for i in range(index + 1, len(lines)) if lines[i].strip()), None)
    indents: list[int] = []
    for neighbour in (above, below):
        if neighbour is not None:
            line = lines[neighbour].expandtabs(2)
            dash = len(line) - len(line.lstrip())
            text = len(line) - len(line.lstrip(" -"))
            indents += [text, dash, text + 2]
    return list(dict.fromkeys(indents))


def _above(lines: Sequence[str], index: int) -> int | None:
    above = next((i for i in range(index - 1, -1, -1) if lines[i].strip()), None)
    return above if above is not None and len(lines[above]) <= MAX_LINE else None


def _closed_twice(lines: Sequence[str], index: int, at: int) -> Iterator[Repair]:
    line = lines[index]
    words = phrase("closed-twice", mark=line[at : at + 1])
    yield Repair(words, index, at, 1, {index: line[:at] + line[at + 1 :]})


def describe_stop(lines: Sequence[str], stop: Stop) -> Repair:
    """Return a description of the error if no guess helps, by the parser's own message."""
    line = lines[stop.line] if stop.line < len(lines) else ""
    if is_step(line) and not any(other.startswith("steps:") for other in lines):
        first = line.strip(" -").partition(":")[0]
        at = len(line) - len(line.lstrip())
        words = phrase("head-forgotten", key="steps", first=first)
        return Repair(words, stop.line, at, 1, {})
    here = line[stop.column : stop.column + 1]
    if stop.says(Sign.END_OF_FILE):
        begun = lines[stop.opened] if stop.opened < len(lines) else ""
        mark = begun[stop.opened_at : stop.opened_at + 1]
        return Repair(phrase("not-closed", mark=mark), stop.opened, stop.opened_at, 1, {})
    if stop.says(Sign.SECOND_COLON):
        words = phrase("colon-in-text")
    elif stop.says(Sign.NO_COLON):
        return Repair(phrase("no-colon"), stop.opened, stop.opened_at, 1, {})
    elif stop.says(Sign.TAB):
        words = phrase("tab")
    elif stop.says(Sign.BLOCK_NOT_ENDED) and here.isalnum():
        words = phrase("indentation")
    elif stop.says(Sign.BACKSLASH):
        words = phrase("backslash")
    elif stop.says(Sign.BAD_START) and here:
        words = phrase("begins-with", mark=here)
    else:
        words = phrase("yaml")
    return Repair(words, stop.line, stop.column, 1, {})
