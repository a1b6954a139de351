"""
The collection of real pages: where it is, what is in it, one page as a server sends it.

The pages are their authors', so they stay outside the repository: beside it, or where
`INTAKE_REAL_PAGES` says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BESIDE = Path(__file__).parents[2] / "../shared/data/pages-real"
_OF_THE_CONNECTION = {"content-length", "transfer-encoding", "content-encoding", "connection"}


@dataclass(frozen=True)
class RealPage:
    """One page, and the codes that are right for it; none where the site works."""

    file: Path
    host: str
    status: int
    headers: Mapping[str, str]
    expected: tuple[str, ...]
    description: str

    def answer(self) -> bytes:
        """Return the bytes that a server sends."""
        body = self.file.read_bytes()
        lines = [f"HTTP/1.1 {self.status} X"]
        lines += [
            f"{name}: {value}"
            for name, value in self.headers.items()
            if name.lower() not in _OF_THE_CONNECTION
        ]
        lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
        return "\r\n".join(lines).encode() + body


def folder() -> Path:
    """Return the folder of the collection, which may be missing."""
    named = os.environ.get("INTAKE_REAL_PAGES")
    return Path(named) if named else _BESIDE.resolve()


def read_pages() -> list[RealPage]:
    """
    Read the collection's index.

    Raises:
        FileNotFoundError: there is no collection here.

    """
    index = folder() / "index.jsonl"
    rows = map(json.loads, index.read_text(encoding="utf-8").splitlines())
    return [
        RealPage(
            folder() / row["file"],
            row["host"],
            row["status"],
            row["headers"],
            tuple(row["expected"]),
            row.get("what", row["path"]),
        )
        for row in rows
    ]
