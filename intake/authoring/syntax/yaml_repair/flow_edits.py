"""Edits that repair the braces and brackets in one line of YAML."""

from __future__ import annotations

import re

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import phrase
from intake.authoring.syntax.yaml_repair.line_edits import (
    KEY,
    KNOWN,
    QUOTED,
    TEXT_KEYS,
    Edit,
    quoted,
    unwrapped,
    why_needs_quotes,
)

_NEXT_KEY = rf"(?:(?:{KEY})\s*:(?=\s|$)|(?:{KNOWN}):(?=[^\s/]))"
_VALUE_END = re.compile(rf"(?<!\s)\s*(?:,\s*(?={_NEXT_KEY})|,?\s*\}}(?=\s*(?:[,;\]}}]|#|$)))")
_FLOW_KEY = re.compile(rf"\s*(?P<key>{KEY})\s*:(?P<gap>\s*)")
_FLOW_LIST = re.compile(r"""\[[^\]{"']*\](?=\s*[,}])""")
# `own, cloud` and `[dns, tls`, where a list is meant
_BARE_LIST = re.compile(r"(?P<values>[\w.-]+(?:, ?[\w.-]+(?!\s*:))+)(?=\s*(?:\}|,\s*[\w.-]+\s*:))")
_OPEN_LIST = re.compile(r"(?P<values>\[[\w.-]+(?:, ?[\w.-]+)*)(?=\s*\})")
_DECIMAL = re.compile(r"\d+,\d+")
_BEFORE = re.compile(rf"(?P<key>{KEY})\s*:\s*$")
_SEMICOLON = re.compile(rf"(?P<quoted>{QUOTED.pattern})\s*[;.|/](?=\s*(?:{KEY})\s*:)")
_BEFORE_NEXT_KEY = re.compile(rf"\s*(;)(?=\s*(?:{KEY})\s*:)")
_BARE_BEFORE_NEXT_KEY = re.compile(rf"[\w.-]+(?=\s*;\s*(?:{KEY})\s*:)")
_NO_COMMA = re.compile(rf"(?<!\s)\s+(?P<key>{KNOWN}):\s")
_FLOW = re.compile(rf"\s*(?:- +)*(?:(?:{KEY})\s*:\s+)?(?P<value>[\[{{])")


def repair_flow(line: str) -> list[Edit]:
    """Return the edits that repair the braces of a line, and the values in them."""
    match = _FLOW.match(line)
    if match is None:
        return []
    at, edits = match.start("value"), list[Edit]()
    while 0 <= at < len(line):
        at = _repair_map(line, at, edits) if line[at] == "{" else at + 1
        at = line.find("{", at) if at >= 0 else at
    return edits


def _repair_map(line: str, start: int, edits: list[Edit]) -> int:
    """Collect the edits of one `{…}`; return the index after it, or -1 if it isn't closed."""
    at = start + 1
    while key := _FLOW_KEY.match(line, at):
        is_glued = not key["gap"] and line[key.end() : key.end() + 2] not in ("", "//")
        if is_glued and key["key"][0] not in "'\"":
            words = phrase("no-space", mark=":")
            edits.append(Edit(key.end(), key.end(), " ", words, key.end() - 1, 1))
        at = _repair_value(line, key.end(), edits)
        if (parted := _BEFORE_NEXT_KEY.match(line, at)) is not None:
            edits.append(
                Edit(parted.start(1), parted.end(1), ",", phrase("semicolon", mark=";"), at, 1)
            )
            at = parted.end()
            continue
        if line[at : at + 1] == ",":
            at += 1
            continue
        break
    while line[at : at + 1] in (" ", ","):
        at += 1
    if line[at : at + 1] == "}":
        return at + 1
    return -1


def _repair_value(line: str, start: int, edits: list[Edit]) -> int:
    """Collect the edits of one value; return the index of the comma or brace after it."""
    if line[start : start + 1] == "{":
        end = _repair_map(line, start, edits)
        return end if end >= 0 else len(line)
    if (end := _repair_list(line, start, edits)) >= 0:
        return end
    if (bare := _BARE_BEFORE_NEXT_KEY.match(line, start)) is not None:
        return bare.end()
    if (parted := _SEMICOLON.match(line, start)) is not None:
        at = parted.end() - 1
        words = phrase("semicolon", mark=line[at])
        edits.append(Edit(at, at + 1, ",", words, at, 1))
        return _repair_after_semicolon(line, parted.end(), edits)
    match = _VALUE_END.search(line, start)
    end = match.start() if match else len(line.rstrip())
    parted = _NO_COMMA.search(line, start, end)
    if parted is not None and _begins_next_pair(line, start, end, parted["key"]):
        words = phrase("no-comma", word=parted["key"])
        key_at = parted.start("key")
        edits.append(Edit(parted.start(), parted.start(), ",", words, key_at, len(parted["key"])))
        _quote(line, start, parted.start(), edits)
        return _repair_value(line, parted.end(), edits)
    _quote(line, start, end, edits)
    return match.start() + len(match[0]) - len(match[0].lstrip()) if match else len(line)


def _repair_list(line: str, start: int, edits: list[Edit]) -> int:
    """Collect the edit of a list's brackets; return the index after it, or -1 if it isn't one."""
    if (listed := _FLOW_LIST.match(line, start)) is not None:
        return listed.end()
    if (bare := _BARE_LIST.match(line, start)) is not None and not _is_text(line, start):
        end, values = bare.end("values"), bare["values"]
        whole, words = f"[{values}]", phrase("no-brackets", listed=f"[{values}]")
        if _DECIMAL.fullmatch(values):
            whole = values.replace(",", ".")
            words = phrase("decimal-comma", meant=whole)
        edits.append(Edit(start, end, whole, words, start, len(values)))
        return end
    if (opened := _OPEN_LIST.match(line, start)) is not None:
        end = opened.end("values")
        edits.append(Edit(end, end, "]", phrase("not-closed", mark="["), start, 1))
        return end
    return -1


def _begins_next_pair(line: str, start: int, end: int, key: str) -> bool:
    """Check whether a key inside a value begins the next pair; in a text only a language does."""
    return not QUOTED.fullmatch(line[start:end]) and (key in LANGUAGES or not _is_text(line, start))


def _repair_after_semicolon(line: str, start: int, edits: list[Edit]) -> int:
    key = _FLOW_KEY.match(line, start)
    return _repair_value(line, key.end(), edits) if key else start


def _is_text(line: str, start: int) -> bool:
    """Check whether the value that begins here belongs to a text's key, such as `en`."""
    before = _BEFORE.search(line, 0, start)
    return before is not None and before["key"] in TEXT_KEYS


def _quote(line: str, start: int, end: int, edits: list[Edit]) -> None:
    value = line[start:end]
    if (why := why_needs_quotes(value, in_flow=True)) is not None:
        new = quoted(unwrapped(value))
        edits.append(Edit(start, end, new, why.words, start + why.at, why.length))
