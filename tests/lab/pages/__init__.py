"""
Complete pages of web servers, panels, hosting companies and programs, and similar healthy ones.

Each file is a family. A page begins with a line `### name | expected code | status | header`, with
any number of headers; in its text, HOST stands for the requested name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_MARK = "### "
_BIG = "a { b: c }\n" * 2000


@dataclass(frozen=True)
class Page:
    """One complete answer."""

    family: str
    name: str
    expected: str
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str

    def body(self, host: str) -> str:
        return self.text.replace("HOST", host).replace("BIG", _BIG)

    def answer(self, host: str) -> bytes:
        """Return the bytes that a server sends."""
        body = self.body(host).encode()
        kinds = {"content-type": "text/html; charset=utf-8"}
        headers = [f"{name}: {value}" for name, value in self.headers]
        if not any(name.lower() in kinds for name, _ in self.headers):
            headers.append("Content-Type: text/html; charset=utf-8")
        lines = [f"HTTP/1.1 {self.status} X", *headers, f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body


def _read(file: Path) -> list[Page]:
    text = file.read_text(encoding="utf-8")
    return [_page(file.stem, block) for block in f"\n{text}".split(f"\n{_MARK}")[1:]]


def _page(family: str, block: str) -> Page:
    first, _, text = block.partition("\n")
    name, expected, status, *headers = (part.strip() for part in first.split("|"))
    pairs = tuple((one.partition(": ")[0], one.partition(": ")[2]) for one in headers if one)
    return Page(family, name, expected, int(status), pairs, text)


PAGES: tuple[Page, ...] = tuple(
    page for file in sorted(Path(__file__).parent.glob("*.txt")) for page in _read(file)
)
