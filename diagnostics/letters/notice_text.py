"""Read the free text of notices: its recipients, and where the letter that came back begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.letters.delivery_status import find_address, find_addresses
from diagnostics.letters.patterns import sign

_MAX_LINES = 800
_MAX_BLOCK = 40  # lines about one recipient
_MAX_BLOCKS = 20
_MAX_NOTICE = 20_000  # characters
_MIN_NOTICE_LINES = 4  # lines of a person who forwards a notice
_MARKS = re.compile(r"^[\s>*_=-]{0,40}")
_RETURNED_HEADER = re.compile(
    r"^(?:return-path:\s*<|received:\s*(?:from|by|\(|via)|x-originating-ip:)", re.IGNORECASE
)
_HEADER = re.compile(
    r"^[A-Za-z][A-Za-z0-9-]{1,40}:(?: |$)|^(?:От|Кому|Тема|Дата|Отправлено|Копия):", re.IGNORECASE
)
_ADDRESS = r"[^\s<>()\[\]:;,\"'«»]{1,64}@[^\s<>()\[\]:;,\"'«»]{1,255}"
# A line that names a recipient and perhaps goes on about it.
_LABEL = (
    r"(?:(?:failed |final |original )?(?:recipients?|to|rcpt|адресат|получатель|кому)"
    r"(?: address)?\s*:\s*)?"
)
_REST = (
    r"\s*(?:$|:.*|\.{3}.*|\(.*|[-–—]\s.*|on \w.*|"
    r",?\s*(?:reason|error|because|ошибка|причина)\b.*)"
)
_RECIPIENT_LINE = re.compile(
    rf"^[\s*>-]{{0,12}}{_LABEL}[<'\"(«]{{0,2}}(?:mailto:|smtp:|rfc822;)?\s?(?P<address>{_ADDRESS})"
    rf"[>'\")»]{{0,2}}(?:<mailto:[^>]{{0,300}}>)?(?P<rest>{_REST})",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:deliver(?:ed|y|ing)?(?: \w{1,40}){0,4} (?:to|for)|"
    r"(?:message|mail|e-mail|letter)(?: \w{1,40}){0,2} to|recipients?(?: address)?|rcpt to|for|"
    rf"адрес\w{{0,20}}|получател\w{{0,20}})\W{{1,6}}(?P<address>{_ADDRESS})",
    re.IGNORECASE,
)
_SERVICE_ADDRESS = re.compile(
    r"^(?:mailer-?daemon|postmaster|no-?reply|support|abuse|helpdesk)@", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RecipientBlock:
    """A recipient that a notice names, and the text about them."""

    recipient: str
    text: str


def before_returned(text: str) -> str:
    """Return the notice alone, without the letter that came back with it."""
    lines = text.split("\n")[:_MAX_LINES]
    start = _after_own_headers(lines)
    for number in range(start, len(lines)):
        line = lines[number]
        if not (_is_above_returned(line) or _begins_headers(lines, number)):
            continue
        notice = "\n".join(lines[start:number])
        # A notice that was forwarded begins behind such a line itself.
        if (
            sign("tells").search(notice)
            or sum(bool(line.strip()) for line in notice.split("\n")) >= _MIN_NOTICE_LINES
        ):
            return notice[:_MAX_NOTICE]
    return "\n".join(lines[start:])[:_MAX_NOTICE]


def returned_part(text: str) -> str:
    """Return what follows the notice: the letter that came back, as far as it is there."""
    notice = before_returned(text)
    position = text.find(notice[-200:]) if notice else -1
    return text[position + len(notice[-200:]) :] if position >= 0 else ""


def _after_own_headers(lines: list[str]) -> int:
    """
    Return the index of the first line after the notice's own headers, if they were
    copied too.
    """
    number = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not (_HEADER.match(lines[number].strip()) if lines else False):
        return 0
    start = number
    while number < len(lines) and lines[number].strip():
        if not (_HEADER.match(lines[number].strip()) or lines[number][:1] in (" ", "\t")):
            break
        number += 1
    # Status fields look like headers, and are what is looked for.
    is_end = not any(line.strip() for line in lines[number:])
    has_fields = any(
        re.match(r"\s*(?:final-recipient|diagnostic-code|action|status):", line, re.IGNORECASE)
        for line in lines[start:number]
    )
    return 0 if is_end or has_fields else number


def _is_above_returned(line: str) -> bool:
    """Check whether a line says that the letter that came back follows."""
    marks = _MARKS.match(line)
    return bool(sign("returned").match(line, marks.end() if marks else 0))


def _begins_headers(lines: list[str], number: int) -> bool:
    if not _RETURNED_HEADER.match(lines[number]):
        return False
    following = [line for line in lines[number + 1 : number + 6] if line.strip()]
    return any(_HEADER.match(line) or line[:1] in (" ", "\t") for line in following)


def recipient_blocks(notice: str) -> Iterator[RecipientBlock]:
    """Yield each recipient that has a line of its own, with the text up to the next one."""
    current, block, count = "", list[str](), 0
    for line in notice.split("\n")[:_MAX_LINES]:
        match = _RECIPIENT_LINE.match(line[:1000])
        if match and not _SERVICE_ADDRESS.match(match["address"]):
            address = match["address"].strip(".")
            if current and address.lower() != current.lower():
                yield RecipientBlock(current, "\n".join(block))
                block, count = [], count + 1
                if count == _MAX_BLOCKS:
                    return
            current = address
            block.append(match["rest"].lstrip(" :"))
        elif current and len(block) < _MAX_BLOCK:
            block.append(line)
    if current:
        yield RecipientBlock(current, "\n".join(block))


def named_recipient(notice: str, sender: str) -> str:
    """Return the recipient that a sentence names; else the first address except the sender's."""
    for match in _SENTENCE.finditer(notice[:20_000]):
        address = match["address"].strip(".")
        if address.lower() != sender and not _SERVICE_ADDRESS.match(address):
            return address
    for address in find_addresses(notice[:20_000]):
        if address.lower() != sender and not _SERVICE_ADDRESS.match(address):
            return address
    return ""


def sender_of(headers: str) -> str:
    """Return the address that wrote the letter that came back."""
    match = re.search(r"^from:(.{0,500})", headers[:20_000], re.IGNORECASE | re.MULTILINE)
    return find_address(match[1]) if match else ""
