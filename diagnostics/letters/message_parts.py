"""
Split a letter, as bytes or pasted text, into headers, notice, delivery status and returned letter.

All input is hostile: sizes, nesting and charsets are limited before a parser sees them.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_string, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from typing import Final

from diagnostics.letters.patterns import sign
from diagnostics.letters.plain_text import (
    clean_lines,
    decode_bytes,
    text_of_html,
    undo_soft_breaks,
    unquote,
)

MAX_BYTES: Final = (
    1_000_000  # a notice stands at the beginning; what is returned with it may be long
)
_MAX_PARTS = 40  # multiparts and enclosed letters, which bound the depth of nesting
_MAX_LINES = 20_000
_MAX_TEXT = 60_000  # characters of one part
_MAX_HEADER = 2000
_NESTING = re.compile(rb"boundary\s*=|^content-type:\s*message/", re.IGNORECASE | re.MULTILINE)
# RFC 2231 lets a parameter name a charset too; nobody writes boundaries so.
_ENCODED_BOUNDARY = re.compile(rb"boundary\*[^=\n]{0,20}=", re.IGNORECASE)
_LINE_END = re.compile(rb"\r{1,3}\n")
_HEADER_LINE = re.compile(r"(?:[>|] ?)*(?:From |[A-Za-z][A-Za-z0-9-]{1,40}:)")
# Two of these in the first lines make a text a letter's source.
_KNOWN_HEADER = re.compile(
    r"^(?:return-path|received|from|to|subject|date|message-id|mime-version|content-type|"
    r"delivered-to|auto-submitted|x-failed-recipients|envelope-to):",
    re.IGNORECASE | re.MULTILINE,
)
_DAEMON = re.compile(r"mailer-?daemon|mail delivery (?:sub)?system|postmaster@", re.IGNORECASE)
_DELIMITER = re.compile(r"--(\S[^\r\n]{0,198})\n(?:content-|mime-)", re.IGNORECASE)
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ENCLOSED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/partial")


@dataclass
class MessageParts:
    """
    The parts of a letter.

    `headers` are the first of each name, in lower case, decoded. `notice` is the text for a person,
    `status` the fields of RFC 3464, `returned` the headers of the letter that came back.
    `is_source` is True for a letter's source, False for text that somebody copied out of it.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    status: str = ""
    feedback: str = ""
    returned: str = ""
    is_source: bool = False


def split_letter(letter: bytes | str) -> MessageParts:
    """Return the parts of a letter, however broken it is."""
    if isinstance(letter, str):
        letter = unquote(clean_lines(letter[:MAX_BYTES])).encode("utf-8", "replace")
    # Some relays double the carriage returns.
    data = _LINE_END.sub(b"\n", letter[:MAX_BYTES]).replace(b"\r", b"\n")
    data = b"\n".join(data.split(b"\n", _MAX_LINES)[:_MAX_LINES]).lstrip(b"\n \t\xef\xbb\xbf")
    data = bound_nesting(data)
    head = data[:8000].decode("latin-1")
    if not _is_source(head):
        text = decode_bytes(data, "")
        delimiter = _DELIMITER.search(text[:8000])
        # After a notice the parts are those of the letter that came back.
        if delimiter and not sign("failure").search(" ".join(text[: delimiter.start()].split())):
            return _parse(_with_header(delimiter[1].strip(), text), is_source=False)
        return MessageParts(
            notice=_readable(unquote(undo_soft_breaks(clean_lines(text))))[:_MAX_TEXT]
        )
    return _parse(_without_quoting(data), is_source=True)


def _is_source(head: str) -> bool:
    if not _HEADER_LINE.match(head):
        return False
    block = head.partition("\n\n")[0]
    return len({match[0].lower() for match in _KNOWN_HEADER.finditer(block)}) >= 2  # noqa: PLR2004


def bound_nesting(data: bytes) -> bytes:
    """
    Return the letter cut before it has too many parts: parsers recurse as deep as parts
    are nested.
    """
    for number, match in enumerate(_NESTING.finditer(data)):
        if number == _MAX_PARTS:
            data = data[: match.start()]
            break
    return _ENCODED_BOUNDARY.sub(b"x-boundary=", data)


def _with_header(boundary: str, text: str) -> bytes:
    """Return copied parts as the letter that they were copied from."""
    head = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{boundary}"\n\n'
    return f"{head}{text}".encode("utf-8", "replace")


def _without_quoting(data: bytes) -> bytes:
    return data.removeprefix(b">") if data.startswith(b">From ") else data


def _parse(data: bytes, *, is_source: bool) -> MessageParts:
    # As Latin-1, every byte is one character: the parser then decodes by no charset that a letter
    # names, of which some raise and others take for ever.
    message = _forwarded(message_from_string(data.decode("latin-1"), policy=policy.compat32))
    parts = MessageParts(headers=_headers(message), is_source=is_source)
    plain: list[str] = []
    markup: list[str] = []
    for part in _walk(message):
        _sort_part(part, parts, plain, markup)
    # Most notices have the same text twice; HTML is read only if there is no plain text.
    texts = plain if any(text.strip() for text in plain) else markup
    parts.notice = unquote(undo_soft_breaks("\n".join(texts)))[:_MAX_TEXT]
    return parts


def _forwarded(message: Message) -> Message:
    """Return the notice that a letter forwards as an attachment; else the letter itself."""
    for _ in range(3):
        kinds = {part.get_content_type() for part in _walk(message)}
        if kinds & {*_STATUS_TYPES, "message/feedback-report"}:
            return message
        enclosed = (
            inner[0]
            for part in _walk(message)
            if part.get_content_type() == "message/rfc822"
            and isinstance(inner := part.get_payload(), list)
            and inner
            and isinstance(inner[0], Message)
        )
        is_daemon = _is_from_daemon(message)
        notice = next(
            (
                inner
                for inner in enclosed
                if _has_report(inner) or (not is_daemon and _is_from_daemon(inner))
            ),
            None,
        )
        if notice is None:
            return message
        message = notice
    return message


def _has_report(message: Message) -> bool:
    return "report-type" in str(message.get("content-type", "")).lower()


def _is_from_daemon(message: Message) -> bool:
    return bool(_DAEMON.search(str(message.get("from", ""))[:500]))


def _walk(message: Message) -> Iterator[Message]:
    """Yield the parts in order, without those of the letter that came back."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if part.get_content_type() in (*_STATUS_TYPES, *_ENCLOSED):
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting.extend(reversed([inner for inner in payload if isinstance(inner, Message)]))


def _sort_part(part: Message, parts: MessageParts, plain: list[str], markup: list[str]) -> None:
    kind = part.get_content_type()
    if kind in _STATUS_TYPES:
        parts.status += f"\n\n{_fields(part)}"
    elif kind == "message/feedback-report":
        parts.feedback += _fields(part)
    elif kind in _ENCLOSED:
        parts.returned = parts.returned or _enclosed(part)
    elif part.is_multipart():
        # What stands before the first part of a letter that says it has parts is for old readers.
        if not part.get_payload() and isinstance(part.preamble, str):
            plain.append(part.preamble[:_MAX_TEXT])
    elif kind == "text/html":
        markup.append(text_of_html(_text(part)))
    elif kind.startswith(("text/", "multipart/")) or kind == "message/rfc3464":
        plain.append(_readable(_text(part)))


def _readable(text: str) -> str:
    """Return a text without its markup, if it is HTML under another type."""
    start = text[:3000].lower()
    return text_of_html(text) if "<html" in start or "<body" in start or "<br" in start else text


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_param("charset") or ""
    return decode_bytes(payload[: 2 * _MAX_TEXT], str(charset))[:_MAX_TEXT]


def _fields(part: Message) -> str:
    """Return the groups of fields of a status part, which the parser takes for letters."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _text(part)
    groups = []
    for group in payload[:100]:
        if not isinstance(group, Message):
            continue
        lines = [f"{name}: {_header(value)}" for name, value in group.items()]
        rest = group.get_payload()
        lines.append(_unpacked(part, rest[:_MAX_TEXT]) if isinstance(rest, str) else "")
        groups.append("\n".join(lines))
    return "\n\n".join(groups)[:_MAX_TEXT]


def _unpacked(part: Message, text: str) -> str:
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64":
        return decode_bytes(_bytes_of(text), "")
    try:
        return decode_bytes(binascii.a2b_base64(text.encode("ascii", "ignore")), "")
    except binascii.Error:
        return text


def _enclosed(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = payload[0] if payload and isinstance(payload[0], Message) else None
        if inner is None:
            return ""
        return "\n".join(f"{name}: {_header(value)}" for name, value in inner.items())[:_MAX_TEXT]
    return _text(part)[:_MAX_TEXT]


def _headers(message: Message) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in message.items()[:300]:
        headers.setdefault(name.lower(), _header(value))
    return headers


def _bytes_of(text: str) -> bytes:
    """Return the bytes that were decoded as Latin-1."""
    return text.encode("latin-1", "replace")


def _header(value: object) -> str:
    """Return a header's value on one line, its encoded words (RFC 2047) decoded."""
    text = " ".join(decode_bytes(_bytes_of(str(value)[:_MAX_HEADER]), "").split())
    if "=?" not in text:
        return text
    try:
        chunks = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(
        chunk if isinstance(chunk, str) else decode_bytes(chunk, charset or "")
        for chunk, charset in chunks
    )
