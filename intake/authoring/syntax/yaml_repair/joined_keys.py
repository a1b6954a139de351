"""Repairs several keys on one line, and a dash before a key that continues its step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.messages import phrase
from intake.authoring.syntax.yaml_repair.line_edits import KNOWN, Repair
from intake.journey.steps import STEP_MODELS

_JOINED: Final = re.compile(
    rf"(?P<first>\s*(?:- +)?(?:{KNOWN}):\s+[^\s,;{{\[\"'][^,;{{\[\"']*?)\s*[,;]\s*"
    rf"(?P<rest>(?P<key>{KNOWN}):\s.*)$"
)
_DASHED: Final = re.compile(rf"(?P<lead>\s+)- +(?P<rest>(?P<key>{KNOWN}):(?:\s.*)?)$")


def repairs_of_joined_keys(lines: Sequence[str], index: int) -> Iterator[Repair]:
    """Yield repairs of `kind: number, unit: seconds`, and `- diagnose: site` in `- check: web`."""
    if (joined := _JOINED.match(lines[index])) is not None:
        words = phrase("keys-joined", key=joined["key"], rest=joined["rest"].strip())
        at, first = joined.start("key"), joined["first"]
        # The second key is dropped: inserting a line would shift the places of all lines below.
        yield Repair(words, index, at, len(joined["key"]), {index: first}, is_offered=False)
    dashed = _DASHED.match(lines[index])
    if dashed is not None and dashed["key"] not in STEP_MODELS:
        words, own = phrase("extra-dash", key=dashed["key"]), len(dashed["lead"])
        yield Repair(words, index, own, 1, {index: f"{dashed['lead']}{dashed['rest']}"})
