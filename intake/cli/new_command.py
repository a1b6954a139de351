"""`intake checklists new`: write a small good checklist to begin from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from intake.authoring.near_words import transliterated
from intake.cli.failing import fail
from intake.cli.system_language import complete_language
from intake.journey.checklist_paths import DESK_FILE, shipped_folder
from intake.journey.model import ID_PATTERN
from intake.publishing import text_of_new

_SCHEMA, _SECTION_SCHEMA = "checklist.schema.json", "section.schema.json"
_CONTACT = Path("sections") / "contact.yaml"


class NewChecklistError(Exception):
    """The file can't be created; the message says why, and what to do."""


def create_checklist(name: str, folder: Path) -> list[Path]:
    """
    Write a small checklist that is clean and whose tests pass, and the section that it uses.

    Returns the files that were written, the checklist first; an existing section stays.

    Raises:
        NewChecklistError: the name isn't allowed, the file exists already, or the folder doesn't.
    """
    plain = name.removesuffix(".yaml")
    # `fullmatch`, because `$` in an expression of Python's lets a newline follow.
    if not re.fullmatch(ID_PATTERN, plain):
        latin = transliterated(plain).lower()
        better = re.sub(r"[^a-z0-9_-]+", "-", latin).strip("-_")[:64] or "mail-not-arriving"
        raise NewChecklistError(
            f"'{name}' can't be a checklist's name; use small Latin letters, digits and hyphens, "
            f"such as '{better}'"
        )
    path = folder / f"{plain}.yaml"
    if path.name == DESK_FILE:
        raise NewChecklistError(
            f"{DESK_FILE} is what a department declares for all checklists; choose another name"
        )
    try:
        # "x" fails if the file exists; a check beforehand would leave a race.
        with path.open("x", encoding="utf-8") as file:
            file.write(_text(plain, folder))
        return [path, *_copy_section(folder)]
    except FileExistsError:
        raise NewChecklistError(
            f"{path} is there already; choose another name, or change that"
        ) from None
    except OSError as error:
        raise NewChecklistError(f"{path} can't be written: {error.strerror or error}") from None


def _copy_section(folder: Path) -> list[Path]:
    """Copy the shipped contact section, unless the folder has its own."""
    section = folder / _CONTACT
    if section.exists():
        return []
    text = (shipped_folder() / _CONTACT).read_text(encoding="utf-8")
    if not (folder / _SECTION_SCHEMA).is_file():  # an editor would look for it in vain
        text = "".join(line for line in text.splitlines(True) if _SECTION_SCHEMA not in line)
    section.parent.mkdir(exist_ok=True)
    with section.open("x", encoding="utf-8") as file:
        file.write(text)
    return [section]


def _text(name: str, folder: Path) -> str:
    text = text_of_new(name, has_contact=True, language=complete_language(None))
    modeline = f"# yaml-language-server: $schema={_SCHEMA}\n"
    return modeline + text if (folder / _SCHEMA).is_file() else text


def new_checklist(
    name: Annotated[str, typer.Argument(help="such as mail-not-arriving")],
    *,
    folder: Annotated[Path, typer.Option(help="where to write it")] = Path(),
) -> None:
    """
    Begin a checklist: a small one that lints clean and whose tests pass, to change.

    The section that it uses comes along where the folder has none.
    """
    try:
        path, *sections = create_checklist(name, folder)
    except NewChecklistError as error:
        fail(str(error))
    for section in sections:
        typer.echo(f"{section} is there: the question that it shares with other checklists.")
    typer.echo(f"{path} is there. Change it, then: intake checklists lint {path}")
