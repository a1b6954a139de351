"""A file of a ticket as it is stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A ticket's file with its bytes."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    content: bytes
