"""`intake checklists new`: a small good checklist to begin from."""

from __future__ import annotations

import re
from pathlib import Path

from intake.journey.model import ID_PATTERN

_SCHEMA = "checklist.schema.json"


class NotBegun(Exception):  # noqa: N818 - what stands in the way
    """The file can't be begun; the message says why, and what to do."""


def begin_checklist(name: str, folder: Path) -> Path:
    """
    Write a small checklist that is clean and whose tests pass; its path.

    Raises:
        NotBegun: the name can't be one, the file is there already, or the folder isn't.
    """
    plain = name.removesuffix(".yaml")
    # `fullmatch`, because `$` in an expression of Python's lets a newline follow.
    if not re.fullmatch(ID_PATTERN, plain):
        better = re.sub(r"[^a-z0-9_-]+", "-", plain.lower()).strip("-_")[:64] or "mail-not-arriving"
        raise NotBegun(
            f"'{name}' can't be a checklist's name; use small Latin letters, digits and hyphens, "
            f"such as '{better}'"
        )
    path = folder / f"{plain}.yaml"
    try:
        # "x" fails where the file is there: looking first would leave a gap for another to fill.
        with path.open("x", encoding="utf-8") as file:
            file.write(_text(plain, folder))
    except FileExistsError:
        raise NotBegun(f"{path} is there already; choose another name, or change that") from None
    except OSError as error:
        raise NotBegun(f"{path} can't be written: {error.strerror or error}") from None
    return path


def _text(name: str, folder: Path) -> str:
    has_contact = (folder / "sections" / "contact.yaml").is_file()
    # With the database's library, which the other commands on checklists don't need.
    from intake.publishing import text_of_new  # noqa: PLC0415

    text = text_of_new(name, has_contact=has_contact)
    modeline = f"# yaml-language-server: $schema={_SCHEMA}\n"
    return modeline + text if (folder / _SCHEMA).is_file() else text
