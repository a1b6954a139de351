"""Prepares a customer's file for storage: its name, type, secrets, picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from intake.drafts import file_rules as rules
from intake.drafts.file_rules import FileRefused
from intake.drafts.pictures import PictureUnreadable, is_picture, reencode_picture
from intake.drafts.redacted_answers import redact_file, redact_file_name


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file ready to be stored; `masked` is the number of secrets masked in it."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str
    content: bytes
    masked: int = 0


def prepare_file(name: str, content: bytes, *, may_hold_secrets: bool = False) -> PreparedFile:
    """
    Prepare a file for storage; its type is detected from its content.

    Pictures are decoded and encoded again. Secrets in its name and, if it is text, in its content
    are
    masked. `may_hold_secrets`: the customer said that there are none.

    Raises:
        FileRefused: empty, too large, or a picture that can't be decoded.
    """
    name = rules.sanitised_name(name)
    masked = 0
    _check_size(name, content)
    if not may_hold_secrets:
        name = redact_file_name(name)
    if is_picture(content):
        name, content = _reencode(name, content)
    elif not may_hold_secrets:
        content, masked = redact_file(content)
    return PreparedFile(
        name=name,
        media_type=rules.detect_type(content),
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        masked=masked,
    )


def _reencode(name: str, content: bytes) -> tuple[str, bytes]:
    try:
        name, content = reencode_picture(name, content)
    except PictureUnreadable as error:
        raise FileRefused("unreadable", name, rules.MAX_FILE_BYTES) from error
    _check_size(name, content)
    return name, content


def _check_size(name: str, content: bytes) -> None:
    if not content:
        raise FileRefused("empty", name, 1)
    if len(content) > rules.MAX_FILE_BYTES:
        raise FileRefused("too-large", name, rules.MAX_FILE_BYTES)
