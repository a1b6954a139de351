"""Mistakes as support leads make them: small changes of one good checklist, in `tests/slips`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SLIPS = Path(__file__).parent.parent / "slips"
BASE = (SLIPS / "base.yaml").read_text(encoding="utf-8")
_MARKS = {"⍽": "\N{NO-BREAK SPACE}", "⇥": "\t", "␣": " ", "LONG": "word " * 300}


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake: the whole file with it, the line where it is told, the codes that tell it."""

    name: str
    text: str
    line: int
    codes: frozenset[str]


def slips() -> Iterator[Slip]:
    """Every slip of every page."""
    for page in sorted(SLIPS.glob("*.txt")):
        _, *blocks = page.read_text(encoding="utf-8").split("\n## ")
        yield from (_slip(block) for block in blocks)


def _slip(block: str) -> Slip:
    name, *lines = block.rstrip("\n").split("\n")
    old = [line[1:] for line in lines if line.startswith("-")]
    new = [_meant(line[1:]) for line in lines if line[:1] in ("+", "!")]
    codes = frozenset(next(line for line in lines if line.startswith("= "))[2:].split())
    # The whole file's first such lines: several steps have a line in common.
    before, found, after = BASE.partition("".join(f"{line}\n" for line in old))
    assert found, name
    text = before + "".join(f"{line}\n" for line in new) + after
    told = next(_meant(line[1:]) for line in lines if line[:1] in ("!", "@"))
    at = before.count("\n") if any(line.startswith("!") for line in lines) else 0
    line = text.split("\n").index(told, at) + 1
    return Slip(name, text, line, codes)


def _meant(line: str) -> str:
    for mark, meant in _MARKS.items():
        line = line.replace(mark, meant)
    return line
