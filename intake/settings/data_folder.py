"""The folder of all stored data."""

from __future__ import annotations

import os
from pathlib import Path

from intake.settings.foreign_path import require_own_path
from intake.settings.sources import SettingsError

RESTORE_UNFINISHED = ".restore-unfinished"  # exists while the folder holds files of two data sets


def make_data_folder(folder: Path) -> None:
    """
    Create the folder if it doesn't exist, and check that it can be used.

    Raises:
        ForeignPath: it belongs to another user, or is inside a folder that does.
        SettingsError: it can't be created or written, or a restore into it was interrupted.
    """
    require_own_path(folder)
    try:
        # Mode 0700: drafts and tickets are the customers' business.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            f"INTAKE_DATA: {folder} can't be made ({error.strerror}). Name a folder that this user"
            " may write."
        ) from error
    if (folder / RESTORE_UNFINISHED).exists():
        raise SettingsError(
            f"INTAKE_DATA: a restore into {folder} was interrupted, and what is there is half of"
            " two. Run `intake restore` with --replace once more."
        )
    # A folder that was there already may belong to somebody else.
    if not os.access(folder, os.W_OK):
        raise SettingsError(
            f"INTAKE_DATA: {folder} can't be written. Name a folder that this user may write."
        )
