"""
`python -m tests.letters [FOLDER]`: real returned letters, read by us and by Sisimai.

FOLDER, or `INTAKE_LETTERS`, is a copy of github.com/sisimai/set-of-emails, which isn't part of
this repository. Prints the agreement by kind of letter; with --all every disagreement. Exits with 1
below 97 % or after a crash.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from diagnostics import read_letter

ENOUGH = 0.97
_HERE = Path(__file__).parent
_HOW_TO_GET = """\
No letters: name a folder or set INTAKE_LETTERS. To get them:
    git clone https://github.com/sisimai/set-of-emails letters
    apt-get install libsisimai-perl
    make letters INTAKE_LETTERS=letters"""


class Comparison(NamedTuple):
    """One letter: what we read, what Sisimai read, and whether that is the same."""

    file: Path
    cause: str
    reasons: tuple[str, ...]
    agrees: bool | None


def main() -> int:
    """Read all letters, print the figures."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    folder = Path(words[0] if words else os.environ.get("INTAKE_LETTERS", "") or "-")
    if not folder.is_dir():
        print(_HOW_TO_GET)
        return 0
    every = sorted(
        path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts
    )
    slowest = max(map(_seconds_to_read, every))
    letters = sorted((folder / "maildir" / "bsd").glob("*.eml"))
    print(f"{len(every)} files read without a crash, the slowest in {slowest:.2f} s")
    rows = list(_compare(letters, _second_opinions(letters)))
    return _print(rows, show_all="--all" in sys.argv)


def _seconds_to_read(path: Path) -> float:
    data = path.read_bytes()
    started = time.monotonic()
    read_letter(data)
    return time.monotonic() - started


def _second_opinions(letters: Iterable[Path]) -> Mapping[str, tuple[str, ...]]:
    listed = "\n".join(map(str, letters))
    command = ["perl", str(_HERE / "second_opinion.pl")]
    done = subprocess.run(command, input=listed, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"No second opinion; install libsisimai-perl:\n{done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["file"]: tuple(dict.fromkeys(row["reasons"])) for row in rows}


def _compare(
    letters: Iterable[Path], opinions: Mapping[str, tuple[str, ...]]
) -> Iterator[Comparison]:
    table: dict[str, Any] = YAML(typ="safe").load(_HERE / "reasons.yaml")
    judged: Mapping[str, str] = table["judged"] or {}
    for path in letters:
        reading, reasons = read_letter(path.read_bytes()), opinions.get(str(path), ())
        same = {cause for reason in reasons for cause in table["reasons"].get(reason, ())}
        right = {judged[path.stem]} if path.stem in judged else same
        agrees = reading.cause in right if right else None
        yield Comparison(path, reading.cause, reasons, agrees)


def _print(rows: Iterable[Comparison], *, show_all: bool) -> int:
    rows = [row for row in rows if row.agrees is not None]
    by_kind: dict[str, Counter[bool | None]] = defaultdict(Counter)
    for row in rows:
        by_kind[row.file.stem.rpartition("-")[0]][row.agrees] += 1
        if show_all and not row.agrees:
            print(f"  {row.file.stem}: {row.cause}; Sisimai: {', '.join(row.reasons)}")
    for kind, counts in sorted(by_kind.items()):
        print(f"{kind:24} {counts[True]:4} of {counts.total():4}")
    agreed = sum(counts[True] for counts in by_kind.values())
    share = agreed / len(rows) if rows else 0.0
    print(f"{'all':24} {agreed:4} of {len(rows):4}  {share:.1%}")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
