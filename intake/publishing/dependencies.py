"""The files that a checklist consists of: its own, and the sections that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from intake.authoring.syntax.yaml_reader import read_yaml
from intake.publishing.folder import DESK, ChecklistFolder, SourceFile

_MAX_FILES = 100  # limits cycles of sections and mistakes


def sources_of(folder: ChecklistFolder, name: str) -> Mapping[str, SourceFile | None]:
    """
    Return the file, all sections it uses and `desk.yaml`, by name; None for missing ones.

    A missing `desk.yaml` is included, because adding it is a change too.
    """
    sources: dict[str, SourceFile | None] = {DESK: folder.read(DESK)}
    waiting = [name]
    while waiting and len(sources) < _MAX_FILES:
        file_name = waiting.pop()
        # Used twice or in a cycle: it is read once.
        if file_name in sources:
            continue
        file = folder.read(file_name)
        sources[file_name] = file
        if file is not None:
            waiting.extend(sections_in(file.text))
    return sources


def texts_of(folder: ChecklistFolder, name: str) -> Mapping[str, str]:
    """Return the texts that a checklist consists of, by file; missing files are left out."""
    sources = sources_of(folder, name).items()
    return {file_name: source.text for file_name, source in sources if source is not None}


def users_of(folder: ChecklistFolder, section: str) -> list[str]:
    """Return the checklists that use a section, at any depth."""
    return [name for name in folder.checklists() if section in sources_of(folder, name)]


# Cached: every checklist that uses a section reads it, before and after the validation.
@lru_cache(maxsize=64)
def sections_in(text: str) -> tuple[str, ...]:
    """Return the sections that a text names after `use:`, even if the text has mistakes."""
    root, _ = read_yaml(text, file="")
    steps = root.get("steps") if root is not None else None
    named = (step.get("use") for step in (steps.listed() if steps is not None else []))
    return tuple(used.value for used in named if used is not None and isinstance(used.value, str))


def id_in(text: str) -> str | None:
    """Return the checklist id in a text, or None."""
    root, _ = read_yaml(text, file="")
    named = root.get("checklist") if root is not None else None
    return named.value if named is not None and isinstance(named.value, str) else None
