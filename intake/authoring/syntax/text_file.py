"""Reads the text of a checklist's file."""

from __future__ import annotations

from pathlib import Path

from intake.authoring.messages import phrase
from intake.authoring.problems import Problem
from intake.authoring.syntax.yaml_reader import MAX_BYTES


def read_text(path: Path) -> str | Problem:
    """Return a file's text, or the problem of reading it."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        # Before decoding: the cut may split a character, which isn't the author's mistake.
        if len(raw) > MAX_BYTES:
            words = phrase("too-large", limit=MAX_BYTES // 1024)
            return Problem(str(path), 1, 1, words)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(str(path), raw[: error.start].count(b"\n") + 1, 1, phrase("not-utf-8"))
    except OSError as error:
        return Problem(str(path), 1, 1, phrase("unreadable", why=error.strerror or str(error)))
