"""Rules for customers' files: limits, safe names, detected types."""

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
    A file of a draft, without its content.

    `masked`: the number of secrets masked at upload; it isn't stored.
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
    The file is refused: `reason` chooses the customer's text, `limit` fills it in.

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
    Return the last part of a file's name, safe for a header, a disk and a page.

    Control, invisible and direction-changing characters are removed, and so are separators and
    characters special to a shell or Windows. The extension is kept, because people rely on it.
    """
    # A sender may give a whole path, also of Windows (RFC 7578, section 4.2). NFC, because macOS
    # sends decomposed names.
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
    # Office documents are zip archives as well; they aren't distinguished.
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)
# Control characters allowed in text: all but the "binary data bytes" of WHATWG MIME Sniffing,
# section 3.
_TEXT_CONTROLS = frozenset("\t\n\r\f\x1b")


def detect_type(content: bytes) -> str:
    """
    Return the media type of the content, from a closed list, else octet-stream.

    The sender's type is ignored. HTML and SVG are text/plain here, because they must never run
    (WHATWG MIME Sniffing §3 lists what browsers would detect).
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
