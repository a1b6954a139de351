"""Inserts missing commas where reading stopped: in the line, or at the end of the one above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.syntax.yaml_repair.line_edits import QUOTED, Repair
from intake.authoring.syntax.yaml_repair.stop import Sign, Stop

_CLOSED: Final = tuple("\"'}]")
_WORD: Final = re.compile(r"[\"']?([\w.-]+)|[{\[]")


def repairs_of_commas(lines: Sequence[str], stop: Stop) -> Iterator[Repair]:
    """Yield the repair with a comma before an unexpected item that follows a closed one."""
    if not stop.says(Sign.IN_BRACES) or stop.says(Sign.END_OF_FILE):
        return
    line = lines[stop.line]
    word = _WORD.match(line, stop.column)
    before = line[: stop.column].rstrip()
    if word is None:
        return
    # An odd number of quotes closes a text that began on a line above.
    is_apart = len(before) < stop.column
    if before.endswith(_CLOSED) and is_apart and before.count('"') % 2 == 0:
        name = word[1] or word[0]
        words = phrase("no-comma", word=cut(name))
        added = f"{before},{line[len(before) :]}"
        yield Repair(words, stop.line, stop.column, len(word[0]), {stop.line: added})
        return
    above = next((at for at in range(stop.line - 1, -1, -1) if lines[at].strip()), None)
    if before or above is None:
        return
    ended = lines[above].rstrip()
    if ended.endswith(_CLOSED) and _is_balanced(ended, word[0]):
        at = len(ended) - 1
        yield Repair(phrase("no-comma-above"), above, at, 1, {above: f"{ended},"})


def _is_balanced(line: str, following: str) -> bool:
    """Check whether a line closes its brackets, except for a list that the next line continues."""
    is_list = following == "{" and line.endswith("}")
    pairs = line.count("{") == line.count("}") and (is_list or line.count("[") == line.count("]"))
    return pairs and " #" not in QUOTED.sub("", line) and line.count('"') % 2 == 0
