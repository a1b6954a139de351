"""A customer's files: what is taken, under which name, and as what."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from diagnostics.texts import drop_hidden

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILES = 10
MAX_FILES_BYTES = 30 * 1024 * 1024
MAX_NAME = 100

FileRefusalReason = Literal["empty", "too-large", "too-many", "too-much", "unreadable"]


@dataclass(frozen=True, slots=True)
class DraftFile:
    """
    One file of a draft, without its content.

    `masked`: how many secrets were masked when it was taken; known then and not later.
    """

    id: str
    step_id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    masked: int = 0


class FileRefused(ValueError):  # noqa: N818  it is refused, not broken
    """
    The file is not taken, and why: `reason` chooses the customer's words, `limit` fills them.

    empty: no content. too-large: over `limit` bytes. too-many: already `limit` files.
    too-much: all files together would be over `limit` bytes. unreadable: it begins as a picture,
    and can't be decoded.
    """

    def __init__(self, reason: FileRefusalReason, name: str, limit: int) -> None:
        self.reason: FileRefusalReason = reason
        self.name = name
        self.limit = limit
        super().__init__(f"File {name!r} is {reason.replace('-', ' ')} (the limit is {limit})")


def sanitised_name(name: str) -> str:
    """
    The last part of a file's name, fit for a header, a disk and a page.

    Control, invisible and direction-changing characters go, and so do separators and whatever a
    shell or Windows would read as more than a name. The ending stays, for people go by it.
    """
    # A sender may name a whole path, Windows' too (RFC 7578, section 4.2). NFC, because macOS sends
    # names decomposed.
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    kept = drop_hidden(last, keep_lines=True).replace("\n", "")
    kept = re.sub(r"[\s]+", " ", re.sub(r'[<>:"/|?*%;`$&\u2028\u2029]', "_", kept)).strip(" .")
    if not kept.strip("_ "):
        return "file"
    if len(kept) <= MAX_NAME:
        return kept
    stem, dot, ending = kept.rpartition(".")
    if dot and 0 < len(ending) <= 10:  # noqa: PLR2004  longer is no ending
        return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
    return kept[:MAX_NAME]


_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    # Office documents are zip archives as well; they are not told apart.
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)
# The control characters that may stand in text: all but the "binary data bytes" of WHATWG MIME
# Sniffing, section 3.
_TEXT_CONTROLS = frozenset("\t\n\r\f\x1b")


def sniffed_type(content: bytes) -> str:
    """
    What the bytes are, whatever the sender called them: a closed list, else octet-stream.

    HTML and SVG are text/plain here: they are never to run (WHATWG MIME Sniffing §3 is the
    list of what browsers would make of them).
    """
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        # -sig: some editors on Windows begin a UTF-8 file with a byte order mark.
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "application/octet-stream"
    if any(c < " " and c not in _TEXT_CONTROLS for c in words):
        return "application/octet-stream"
    return "text/plain"
