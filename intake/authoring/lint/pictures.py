"""Checks that a picture exists, is a picture, and is small enough for a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from intake.authoring.messages import cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.model import KeyPath
from intake.journey.pictures import (
    MAX_PICTURE_BYTES,
    is_picture_name,
    picture_names,
    picture_type,
    read_picture,
)
from intake.journey.steps import Ask, Step, Tell

_AT: KeyPath = ("picture", "file")


def mistakes_of_picture(step: Step, folder: Path | None) -> Iterator[Mistake]:
    """Yield the mistakes of a step's picture; without a folder only its name is checked."""
    picture = step.picture if isinstance(step, Ask | Tell) else None
    if picture is None:
        return
    name = picture.file
    known = [other for other in picture_names(folder) if is_picture_name(other)] if folder else []
    if not is_picture_name(name):
        near = near_word(name.replace("\\", "/").rpartition("/")[2], known)
        tail = phrase("did-you-mean", near=near) if near else phrase("none")
        yield Mistake(_AT, phrase("picture-name", word=cut(name), hint=tail), near)
        return
    content = read_picture(folder, name) if folder is not None else None
    if folder is None:
        return
    if content is None:
        words = phrase("no-picture", word=cut(name), hint=hint(name, known))
        yield Mistake(_AT, words, near_word(name, known))
    elif len(content) > MAX_PICTURE_BYTES:
        words = phrase("picture-large", word=cut(name), limit=MAX_PICTURE_BYTES // 1024)
        yield Mistake(_AT, words)
    elif picture_type(content) is None:
        yield Mistake(_AT, phrase("picture-kind", word=cut(name)))
