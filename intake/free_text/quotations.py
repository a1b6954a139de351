"""Finds quotations of earlier letters by the lines that mail programs put above them."""

from __future__ import annotations

import re
from typing import Final

# Lines that mail programs write above a quotation, matched at the start of a line.
_QUOTE_HEADS: Final = re.compile(
    r"(?:>|-{2,} ?(?:original message|forwarded message|исходное сообщение|пересылаемое сообщение)"
    r"|##- |_{20,}$)",
    re.IGNORECASE,
)
_WROTE: Final = re.compile(
    r"(?:on\b.{4,200}\bwrote:|.{4,200}(?:написал|написала|написал\(а\)|пишет) ?:)\s*$",
    re.IGNORECASE,
)
_FROM_LINE: Final = re.compile(r"(?:from|от|от кого): ?\S", re.IGNORECASE)
_SENT_LINE: Final = re.compile(r"(?:sent|date|to|отправлено|дата|кому): ?\S", re.IGNORECASE)


def begins_quotation(line: str, following: str) -> bool:
    """Check whether a line, given with the next one, is above or within a quotation."""
    if _QUOTE_HEADS.match(line) or is_attribution(line, following):
        return True
    return bool(_FROM_LINE.match(line) and _SENT_LINE.match(following))


def is_attribution(line: str, following: str) -> bool:
    """Check whether a line says who wrote the quotation: "On Monday Anna wrote:"."""
    if _WROTE.match(line) or (line.endswith(":") and following.startswith(">")):
        return True
    # Some programs break the line before "wrote:".
    return line[:3].lower() == "on " and bool(_WROTE.match(f"{line} {following}"))


def own_lines(text: str) -> str:
    """
    Return a text without its quotations, whether the answer is above or below them.

    Quoted lines and attributions are removed, and everything below the header of an earlier letter.
    """
    kept: list[str] = []
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        plain = line.strip()
        if plain.startswith(">") or is_attribution(plain, following.strip()):
            continue
        if plain.lower() in {"wrote:", "написал:", "написал(а):"}:
            continue
        if begins_quotation(plain, following.strip()):
            break
        kept.append(line)
    return "\n".join(kept).strip()
