"""From files to live checklists: judged, versioned, watched; edits in progress are kept."""

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
from intake.publishing.publisher import Change, ChangedOnDisk, NotGood, Opened, Publisher
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
    "Opened",
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
