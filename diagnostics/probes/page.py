"""The body of an answer: read with a cap, decoded carefully, reduced to a title and a beginning."""

from __future__ import annotations

import codecs
import html
import re
import zlib
from typing import Any

from urllib3.response import BaseHTTPResponse

from diagnostics.texts import visible

_DECODED_CAP = 256 * 1024
_CHUNK = 16_384
_ANY_COMPRESSION = 47  # zlib: gzip or deflate, by its header
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)


def read_body(raw: BaseHTTPResponse, cap_bytes: int) -> dict[str, Any]:
    """
    Read up to the cap; `body_is_whole` is None when we stopped before the end.

    A body shorter than announced raises urllib3's own error (RFC 9112, section 8).
    """
    body = bytearray()
    while len(body) < cap_bytes:
        try:
            data = raw.read1(_CHUNK, decode_content=False)
        except EOFError:
            break
        if not data:
            return {"body": bytes(body), "body_size_bytes": len(body), "body_is_whole": True}
        body += data
    return {"body": bytes(body), "body_size_bytes": len(body), "body_is_whole": None}


def text_of(body: bytes, encoding: str | None, headers: dict[str, str]) -> str:
    """Decode: compression that nobody asked for with a cap, then the charset announced."""
    if encoding in {"gzip", "x-gzip", "deflate"}:
        try:
            body = zlib.decompressobj(_ANY_COMPRESSION).decompress(body, _DECODED_CAP)
        except zlib.error:
            body = b""
    announced = _CHARSET.search(headers.get("content-type", "").encode()) or _CHARSET.search(
        body[:2048]
    )
    name = announced[1].decode("ascii") if announced else "utf-8"
    try:
        codecs.lookup(name)
        return body.decode(name, "replace")
    except (LookupError, UnicodeError):
        return body.decode("utf-8", "replace")


def title_of(text: str) -> str:
    """Give the page's title as harmless text."""
    found = _TITLE.search(text)
    return visible(" ".join(html.unescape(found[1]).split())) if found else ""
