"""Which files a checklist is made of: its own, and the sections that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from intake.authoring.syntax.yaml_reader import read_yaml
from intake.publishing.folder import DESK, ChecklistFolder, SourceFile

_MOST_FILES = 100  # a circle of sections ends, and so does a mistake


def sources_of(folder: ChecklistFolder, name: str) -> Mapping[str, SourceFile | None]:
    """
    The file, every section on the way and `desk.yaml`, by name; None for what isn't there.

    That a department declares nothing is a state like any other, which may change.
    """
    sources: dict[str, SourceFile | None] = {DESK: folder.read(DESK)}
    waiting = [name]
    while waiting and len(sources) < _MOST_FILES:
        file_name = waiting.pop()
        # Used twice, or in a circle: either way it is read once.
        if file_name in sources:
            continue
        file = folder.read(file_name)
        sources[file_name] = file
        if file is not None:
            waiting.extend(sections_in(file.text))
    return sources


def texts_of(folder: ChecklistFolder, name: str) -> Mapping[str, str]:
    """The texts that a checklist is made of, by file; what isn't there is left out."""
    sources = sources_of(folder, name).items()
    return {file_name: source.text for file_name, source in sources if source is not None}


def users_of(folder: ChecklistFolder, section: str) -> list[str]:
    """The checklists that a section stands in, at any depth."""
    return [name for name in folder.checklists() if section in sources_of(folder, name)]


# A section is asked for by every checklist that stands on it, before and after it is judged.
@lru_cache(maxsize=64)
def sections_in(text: str) -> tuple[str, ...]:
    """The sections that a text names after `use:`, mistakes in it notwithstanding."""
    root, _ = read_yaml(text, file="")
    steps = root.get("steps") if root is not None else None
    named = (step.get("use") for step in (steps.listed() if steps is not None else []))
    return tuple(used.value for used in named if used is not None and isinstance(used.value, str))


def id_in(text: str) -> str | None:
    """The checklist that a text says it is."""
    root, _ = read_yaml(text, file="")
    named = root.get("checklist") if root is not None else None
    return named.value if named is not None and isinstance(named.value, str) else None
