"""
Replaces characters that only look like YAML's own, copied from a web page or a chat.

This happens before parsing, because the parser would read them as words. Texts in quotes and texts
below `|` or `>` keep them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from intake.authoring.messages import Phrase, cut, phrase
from intake.authoring.syntax.yaml_repair.line_edits import KNOWN, MAX_LINE, QUOTED, Repair
from intake.journey.steps import STEP_MODELS

_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HIDDEN: Final = "\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\ufeff"
_ODD = re.compile(f"[{_SPACES}{_HIDDEN}]")
_WIDE = "\N{IDEOGRAPHIC SPACE}"  # as wide as two letters
_STEPS = "|".join(STEP_MODELS)
# Spaces around YAML's own signs, never those between the words of a text.
_LEAD = re.compile(f"^[ {_SPACES}]*[{_SPACES}][ {_SPACES}]*|(?<=-)[ {_SPACES}]+(?=\\S)")
_AFTER_KEY = re.compile(f"^[ -]*[A-Za-z0-9_.-]+[ {_SPACES}]*:[ {_SPACES}]+|[{_SPACES} ]+$")
_IN_FLOW = re.compile(
    f"(?<=[:,{{}}\\[\\]])[ {_SPACES}]+|(?<![ {_SPACES}])[ {_SPACES}]+(?=[:,{{}}\\[\\]])"
)
_IS_FLOW = re.compile(r"^\s*(?:- +)*(?:[\w.-]+\s*:\s*)?[{\[]")
_HIDDEN_WORD = re.compile(f"[!-~]*[{_HIDDEN}][!-~{_HIDDEN}]*")
_BULLETS: Final = "\u2010-\u2015\u2212\u2022\u00b7\u25aa\u25cf\u25e6\u2705\u2611\u2714\u27a1\u2192*"
_DASH = re.compile(
    rf"^(?P<lead>\s*)(?P<mark>[{_BULLETS}]\ufe0f?)(?P<gap>[ ]?)"
    rf"(?=(?:{_STEPS}):\s|\s*\{{\s*(?:en|ru|when|otherwise):|(?:en|ru|when|otherwise):\s|\s*[\"'])"
)
_COLON_SIGNS = "[\uff1a\ufe55\ua789\u2236]"
_COLON = re.compile(rf"^\s*(?:- +)?(?:{KNOWN})\s*(?P<mark>{_COLON_SIGNS})\s*")
_COLON_IN_BRACES = re.compile(rf"\{{\s*[\w.-]+\s*(?P<mark>{_COLON_SIGNS})\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)[\w-]*\s*")
_TWO_DASHES = re.compile(rf"^(?P<lead>\s*)- (?=- (?:{_STEPS}):\s)")
_BEGINNINGS = {
    "ticket": re.compile(r"  (?:subject|priority|queue):"),
    "tests": re.compile(r"  - name:"),
    "words": re.compile(r"  (?:en|ru):\s*(?:\[.*)?$"),
    "steps": re.compile(rf"  - (?:{_STEPS}):\s"),
}
_OPEN_KEY = re.compile(r"[^\s:#]+:\s*(?:#.*)?$")
_CONFLICT = re.compile(r"<{7}(?= |$)|={7}(?=$)|>{7}(?= |$)")
_TEMPLATE = re.compile(
    r"\s*(?:\{\{-?\s*(?:if|else|end|range|with|include|define)\b.*\}\}|\{%.*%\})\s*"
)
_BLOCK = re.compile(r"^(?P<lead>\s*)[^#]*[:-]\s+[|>][-+0-9]{0,2}\s*(?:#.*)?$")


def repairs_of_characters(lines: Sequence[str]) -> Iterator[Repair]:
    """Yield a repair for each run of lines with such characters, conflict marks or templates."""
    read = [index for index in _outside_texts(lines) if len(lines[index]) <= MAX_LINE]
    fences = {index: "" for index in read if _FENCE.fullmatch(lines[index])}
    if fences:
        yield _repair(lines, fences, phrase("fence"))
    for key, first, index in _heads_forgotten(lines):
        yield _repair(lines, {index: f"{key}:"}, phrase("head-forgotten", key=key, first=first))
    if undecided := _conflicts(lines, read):
        yield _repair(lines, undecided, phrase("conflict", last=max(undecided) + 1))
        fences |= undecided
    templates = {index: "" for index in read if _TEMPLATE.fullmatch(lines[index])}
    if templates:
        first = lines[min(templates)].strip()
        yield _repair(lines, templates, phrase("template", words=cut(first)))
    fences |= templates
    for words, repaired in _WAYS:
        changed = {index: repaired(lines[index]) for index in read if index not in fences}
        changed = {index: line for index, line in changed.items() if line != lines[index]}
        for run in _runs(changed):
            part = {index: changed[index] for index in run}
            more = phrase("lines-below", count=len(run) - 1) if len(run) > 1 else phrase("none")
            yield _repair(lines, part, words(lines[run[0]], more))


def _heads_forgotten(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Yield each missing key of the checklist, the key below it, and the blank line for it."""
    for key, begin in _BEGINNINGS.items():
        if any(line.startswith(f"{key}:") for line in lines) or not lines:
            continue
        first = next((at for at, line in enumerate(lines) if begin.match(line)), 0)
        above = first - 1
        while above > 0 and lines[above].startswith("#"):
            above -= 1
        # A blank line separates the keys of a checklist: the missing one belongs there.
        if first and not lines[above].strip() and not _is_open(lines, above):
            yield key, lines[first].strip(" -").partition(":")[0], above


def _is_open(lines: Sequence[str], index: int) -> bool:
    """Check whether the line of text above an index is a key of the file without a value."""
    above = (line for line in reversed(lines[:index]) if line.strip() and line[0] != "#")
    return _OPEN_KEY.match(next(above, "")) is not None


def _conflicts(lines: Sequence[str], read: Sequence[int]) -> dict[int, str]:
    """Return the lines to blank of a git conflict: its marks, and the second version."""
    changed: dict[int, str] = {}
    is_theirs = False
    for index in read:
        mark = _CONFLICT.match(lines[index])
        is_theirs = mark[0] == "=======" if mark else is_theirs
        if mark or is_theirs:
            changed[index] = ""
    begun = any(_CONFLICT.match(lines[index]) and lines[index][0] == "<" for index in changed)
    return changed if begun else {}


def _repair(lines: Sequence[str], changed: Mapping[int, str], words: Phrase) -> Repair:
    first = min(changed)
    old, new = lines[first], changed[first]
    same = zip(old, new, strict=False)
    at = next((index for index, (before, after) in enumerate(same) if before != after), 0)
    return Repair(words, first, at, 1, changed, keeps_columns=True)


def _runs(indices: Iterable[int]) -> Iterator[list[int]]:
    """Yield runs of consecutive indexes."""
    numbered = enumerate(sorted(indices))
    for _, run in groupby(numbered, key=lambda pair: pair[1] - pair[0]):
        yield list(map(itemgetter(1), run))


def _outside_texts(lines: Sequence[str]) -> Iterator[int]:
    """Yield the indexes of the lines outside texts below `|` or `>`."""
    below: int | None = None
    for index, line in enumerate(lines):
        own = len(line) - len(line.lstrip(" "))
        if below is not None and (own > below or not line.strip()):
            continue
        begun = _BLOCK.match(line)
        below = len(begun["lead"]) if begun else None
        yield index


def _spaced(line: str) -> str:
    """Return a line with ordinary spaces around YAML's own signs."""
    if not _ODD.search(line):
        return line
    parts, at = [], 0
    bare = QUOTED.sub(lambda match: "x" * len(match[0]), line).partition(" #")[0]
    ways = [_LEAD, _AFTER_KEY, _HIDDEN_WORD, *([_IN_FLOW] if _IS_FLOW.match(bare) else [])]
    spans = sorted(match.span() for way in ways for match in way.finditer(bare))
    for start, end in spans:
        if start >= at:
            parts += [line[at:start], _plain(line[start:end])]
            at = end
        elif end > at:
            parts.append(_plain(line[at:end]))
            at = end
    return "".join([*parts, line[at:]])


def _plain(text: str) -> str:
    text = re.sub(f"[{_HIDDEN}]", "", text.replace(_WIDE, "  "))
    return re.sub(f"[{_SPACES}]", " ", text)


def _dashed(line: str) -> str:
    # Of the same width, so that the lines below keep their alignment.
    return _DASH.sub(
        lambda at: f"{at['lead']}-{' ' * max(1, len(at['mark'] + at['gap']) - 1)}", line
    )


def _with_one_dash(line: str) -> str:
    return _TWO_DASHES.sub(r"\g<lead>", line)


def _with_colon(line: str) -> str:
    match = _COLON.match(line) or _COLON_IN_BRACES.search(line)
    if match is None:
        return line
    return f"{line[: match.start('mark')].rstrip()}: {line[match.end() :]}"


def _odd_dash(line: str, more: Phrase) -> Phrase:
    match = _DASH.match(line)
    return phrase("odd-dash", mark=match["mark"] if match else "–", more=more)


_WAYS: Final[tuple[tuple[Callable[[str, Phrase], Phrase], Callable[[str], str]], ...]] = (
    (lambda _, more: phrase("odd-space", more=more), _spaced),
    (_odd_dash, _dashed),
    (lambda _, more: phrase("odd-colon", more=more), _with_colon),
    (lambda _, more: phrase("two-dashes", more=more), _with_one_dash),
)
