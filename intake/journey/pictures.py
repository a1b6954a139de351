"""Pictures under an author's texts: files in the folder `pictures` beside the checklists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from pydantic import Field

from intake.journey.model import Model, Text, TextLine

PICTURES: Final = "pictures"
MAX_PICTURE_BYTES: Final = 500 * 1024
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.(?:png|jpe?g|webp)")
# The first bytes of each type: a file's name doesn't prove its type.
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"


class ImageFile(Model):
    """A picture under a text, and its text alternative."""

    file: TextLine = Field(description="its name in the folder `pictures`: PNG, JPEG or WebP")
    alt: Text = Field(description="what it shows, for those who can't see it")


def is_picture_name(name: str) -> bool:
    """Check a picture's file name; the pattern also rules out paths outside the folder."""
    return _NAME.fullmatch(name) is not None


def read_picture(folder: Path, name: str) -> bytes | None:
    """
    Return the content of a picture, at most one byte more than allowed.

    None if there is no such file; a symbolic link counts as none.
    """
    if not is_picture_name(name):
        return None
    path = folder / PICTURES / name
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open("rb") as stream:
            return stream.read(MAX_PICTURE_BYTES + 1)
    except OSError:
        return None


def picture_type(content: bytes) -> str | None:
    """Return the media type by the first bytes of a picture, or None."""
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(_JPEG):
        return "image/jpeg"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def picture_names(folder: Path) -> list[str]:
    """Return the file names of the pictures in a checklists folder."""
    try:
        return sorted(path.name for path in (folder / PICTURES).iterdir() if path.is_file())
    except OSError:
        return []
