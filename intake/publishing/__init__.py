"""
From files to live checklists: validation, versions, watching, and unpublished edits.

Modules are imported on first access: the subprocess that validates files needs neither the database
nor the log.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intake.publishing.folder import (
        ABSENT,
        DESK,
        ChecklistFolder,
        NotWritten,
        SourceFile,
        is_name,
        is_section,
        is_shared,
    )
    from intake.publishing.history import ROLLED_BACK, History, Publication
    from intake.publishing.live_checklists import LiveChecklists, LiveFile
    from intake.publishing.publisher import Change, ChangedOnDisk, NotGood, OpenedFile, Publisher
    from intake.publishing.subprocess_validation import validate_in_subprocess
    from intake.publishing.templates import text_of_new, text_of_new_desk
    from intake.publishing.verdict import FileVerdict
    from intake.publishing.watcher import Watcher
    from intake.publishing.working_copies import CopyChanged, WorkingCopies

__all__ = [
    "ABSENT",
    "DESK",
    "ROLLED_BACK",
    "Change",
    "ChangedOnDisk",
    "ChecklistFolder",
    "CopyChanged",
    "FileVerdict",
    "History",
    "LiveChecklists",
    "LiveFile",
    "NotGood",
    "NotWritten",
    "OpenedFile",
    "Publication",
    "Publisher",
    "SourceFile",
    "Watcher",
    "WorkingCopies",
    "is_name",
    "is_section",
    "is_shared",
    "text_of_new",
    "text_of_new_desk",
    "validate_in_subprocess",
]

_MODULE_OF = {
    "ABSENT": "folder",
    "DESK": "folder",
    "ROLLED_BACK": "history",
    "Change": "publisher",
    "ChangedOnDisk": "publisher",
    "ChecklistFolder": "folder",
    "CopyChanged": "working_copies",
    "FileVerdict": "verdict",
    "History": "history",
    "LiveChecklists": "live_checklists",
    "LiveFile": "live_checklists",
    "NotGood": "publisher",
    "NotWritten": "folder",
    "OpenedFile": "publisher",
    "Publication": "history",
    "Publisher": "publisher",
    "SourceFile": "folder",
    "Watcher": "watcher",
    "WorkingCopies": "working_copies",
    "is_name": "folder",
    "is_section": "folder",
    "is_shared": "folder",
    "text_of_new": "templates",
    "text_of_new_desk": "templates",
    "validate_in_subprocess": "subprocess_validation",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the room offers
    """Import a name from its module (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'intake.publishing' has no attribute {name!r}")
    offered = getattr(import_module(f"intake.publishing.{_MODULE_OF[name]}"), name)
    # Later accesses don't call this function.
    globals()[name] = offered
    return offered
