"""
What an author of broken YAML probably meant: the likely slips at the place where reading stopped.

Only guesses are made here; whoever reads the file tries them and keeps the first with which reading
goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from ruamel.yaml.error import MarkedYAMLError

from intake.authoring.messages import phrase
from intake.authoring.syntax.yaml_repair.line_edits import (
    KNOWN_KEYS,
    MAX_LINE,
    Edit,
    Mended,
    apply,
    mend_colon,
    mend_dash,
    mend_flow,
    mend_space,
    mend_text,
    quoted,
)

_CLOSING = {"{": ("}", "}}", "}]"), "[": ("]", "}]"), '"': ('"',), "'": ("'",)}


@dataclass(frozen=True, slots=True)
class Stop:
    """Where reading stopped, and what was open then; lines and columns count from 0."""

    what: str
    context: str
    line: int
    column: int
    opened: int
    opened_at: int

    @classmethod
    def of(cls, error: MarkedYAMLError) -> Self:
        """The library's own error, with its places."""
        mark = error.problem_mark or error.context_mark
        begun = error.context_mark or mark
        if mark is None or begun is None:
            return cls(str(error.problem or ""), "", 0, 0, 0, 0)
        return cls(
            str(error.problem or ""),
            str(error.context or ""),
            mark.line,
            mark.column,
            begun.line,
            begun.column,
        )

    @property
    def is_inside(self) -> bool:
        """Whether something opened earlier swallowed the lines up to here."""
        return "flow" in self.context or "quoted" in self.context

    def is_passed_by(self, later: Stop, mended: Mended) -> bool:
        """Whether reading came further with the lines mended."""
        return later.line > (max(mended.lines) if self.is_inside else self.line)


def slips(lines: Sequence[str], stop: Stop) -> Iterator[Mended]:
    """What may be meant, the likeliest first."""
    here = min(stop.line, len(lines) - 1)
    if not lines or max(len(lines[here]), len(lines[stop.opened])) > MAX_LINE:
        return
    if "\t" in lines[here]:
        yield from _tabs(lines, here)
    if "simple key" in stop.context:
        yield from _edited(lines, stop.opened, mend_space(lines[stop.opened]))
        yield from _edited(lines, stop.opened, mend_colon(lines[stop.opened]))
    if stop.is_inside:
        yield from _opened(lines, stop)
    elif "mapping values" in stop.what:
        yield from _second_colon(lines, here)
    if "block end" in stop.what:
        yield from _edited(lines, here, mend_space(lines[here]))
        yield from _edited(lines, here, mend_dash(lines[here]))
    yield from _written(lines, here)
    yield from _indented(lines, here)
    if stop.what.endswith(("'}'", "']'")):
        yield from _closed_twice(lines, here, stop.column)


def _edited(lines: Sequence[str], index: int, *edits: Edit | None) -> Iterator[Mended]:
    made = [each for each in edits if each is not None]
    if made:
        first = min(made, key=lambda each: each.at)
        changed = {index: apply(lines[index], made)}
        yield Mended(first.words, index, first.at, first.length, changed)


def written_wrongly(lines: Sequence[str], index: int) -> Mended | None:
    """A line that YAML reads, though not as it was meant."""
    return next(_written(lines, index), None) if len(lines[index]) <= MAX_LINE else None


def _written(lines: Sequence[str], index: int) -> Iterator[Mended]:
    """Texts that need quotes, in braces or without."""
    yield from _edited(lines, index, *mend_flow(lines[index]))
    yield from _edited(lines, index, mend_text(lines[index]))


def _opened(lines: Sequence[str], stop: Stop) -> Iterator[Mended]:
    """A brace, a bracket or a quotation mark that took in more than it should."""
    index, line = stop.opened, lines[stop.opened].rstrip()
    yield from _edited(lines, index, *mend_flow(line))
    if "quoted" in stop.context:
        yield from _edited(lines, index, mend_text(line))
    mark = line[stop.opened_at : stop.opened_at + 1]
    words = phrase("not-closed", mark=mark)
    for closing in _CLOSING.get(mark, ()):
        yield Mended(words, index, stop.opened_at, 1, {index: line + closing})
    yield from _edited(lines, index, mend_text(line))


def _second_colon(lines: Sequence[str], index: int) -> Iterator[Mended]:
    """A colon too many: or the line above lacks something, or begins elsewhere, or goes on here."""
    above = _above(lines, index)
    if above is not None and lines[index].strip().partition(":")[0] in KNOWN_KEYS:
        yield from _edited(lines, above, mend_space(lines[above]))
        yield from _edited(lines, above, mend_colon(lines[above]))
        yield from _indented(lines, index)
    yield from _written(lines, index)
    if above is not None and (key := lines[above].partition(": "))[2]:
        whole = f"{key[0]}: {quoted(f'{key[2].strip()} {lines[index].strip()}')}"
        at = lines[index].find(":")
        yield Mended(phrase("colon-in-text"), index, at, 1, {above: whole, index: ""})


def _tabs(lines: Sequence[str], index: int) -> Iterator[Mended]:
    line = lines[index]
    at = line.index("\t")
    words, rest = phrase("tab"), line.strip()
    if line[:at].strip():
        yield Mended(words, index, at, 1, {index: line.replace("\t", " ")})
        return
    for indent in _indents(lines, index):
        yield Mended(words, index, at, 1, {index: " " * indent + rest.replace("\t", " ")})


def _indented(lines: Sequence[str], index: int) -> Iterator[Mended]:
    """The line where its neighbours begin."""
    rest = lines[index].strip()
    own = len(lines[index]) - len(lines[index].lstrip())
    length = len(rest.partition(":")[0]) or 1
    for indent in _indents(lines, index):
        if indent != own and rest:
            yield Mended(phrase("indentation"), index, own, length, {index: " " * indent + rest})


def _indents(lines: Sequence[str], index: int) -> list[int]:
    """Where the lines around begin, a dash not counted; the nearest first."""
    above = _above(lines, index)
    below = next((i for i in range(index + 1, len(lines)) if lines[i].strip()), None)
    found: list[int] = []
    for each in (above, below):
        if each is not None:
            line = lines[each].expandtabs(2)
            dash = len(line) - len(line.lstrip())
            text = len(line) - len(line.lstrip(" -"))
            found += [text, dash, text + 2]
    return list(dict.fromkeys(found))


def _above(lines: Sequence[str], index: int) -> int | None:
    above = next((i for i in range(index - 1, -1, -1) if lines[i].strip()), None)
    return above if above is not None and len(lines[above]) <= MAX_LINE else None


def _closed_twice(lines: Sequence[str], index: int, at: int) -> Iterator[Mended]:
    line = lines[index]
    words = phrase("closed-twice", mark=line[at : at + 1])
    yield Mended(words, index, at, 1, {index: line[:at] + line[at + 1 :]})


def unmended(lines: Sequence[str], stop: Stop) -> Mended:
    """What is wrong where no guess leads on: as much as the library's words tell."""
    line = lines[stop.line] if stop.line < len(lines) else ""
    here = line[stop.column : stop.column + 1]
    if "end of stream" in stop.what or "stream end" in stop.what:
        begun = lines[stop.opened] if stop.opened < len(lines) else ""
        mark = begun[stop.opened_at : stop.opened_at + 1]
        return Mended(phrase("not-closed", mark=mark), stop.opened, stop.opened_at, 1, {})
    if "mapping values" in stop.what:
        words = phrase("colon-in-text")
    elif "could not find expected ':'" in stop.what:
        return Mended(phrase("no-colon"), stop.opened, stop.opened_at, 1, {})
    elif "\\t" in stop.what:
        words = phrase("tab")
    elif "block end" in stop.what and here.isalnum():
        words = phrase("indentation")
    elif "escape" in stop.what:
        words = phrase("backslash")
    elif "cannot start" in stop.what and here:
        words = phrase("begins-with", mark=here)
    else:
        words = phrase("yaml")
    return Mended(words, stop.line, stop.column, 1, {})
