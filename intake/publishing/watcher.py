"""Notices that a file of the folder was changed by hand, by git, by anything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from watchfiles import watch

from intake.database import StorageError
from intake.publishing.folder import ChecklistFolder

log = structlog.get_logger(__name__)

_DEBOUNCE_MS = 400  # an editor writes a file in several moves, git several files in one
_LOOK_UP_MS = 1_000  # how soon it notices that another folder counts
_STOP_WITHIN_S = 3.0
_PAUSE_S = 5.0  # between two tries, where the folder can't be watched


class Watcher:
    """
    A thread that calls `changed` soon after anything in the folder changes.

    The system tells of changes; where it doesn't (a network folder, no inotify, its watches spent)
    the library looks by itself three times a second.
    """

    def __init__(self, folder: ChecklistFolder, changed: Callable[[], None]) -> None:
        self._folder, self._changed = folder, changed
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.watching = threading.Event()  # set once changes are noticed

    def start(self) -> None:
        """Watch from now on; what changed before is looked at once."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="checklists", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_STOP_WITHIN_S)

    def _run(self) -> None:
        polling = False
        while not self._stop.is_set():
            try:
                self._watch(self._folder.path, polling=polling)
            except (OSError, RuntimeError) as error:  # the library's own is a RuntimeError
                log.warning("the folder of checklists is looked at by polling", why=str(error))
                polling = True
                self._stop.wait(_PAUSE_S)

    def _watch(self, folder: Path, *, polling: bool) -> None:
        """Until the end, or until another folder counts."""
        changes = watch(
            folder,
            debounce=_DEBOUNCE_MS,
            rust_timeout=_LOOK_UP_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            # Signals reach the main thread alone; the event ends this one.
            raise_interrupt=False,
            # None leaves it to the library, which polls where WSL or WATCHFILES_FORCE_POLLING says
            # so.
            force_polling=polling or None,
        )
        self.watching.clear()
        for change in changes:
            # The first time-out counts as a change: nobody told of what changed before the watch
            # began.
            if change or not self.watching.is_set():
                self._tell()
            self.watching.set()
            if self._folder.path != folder:
                return

    def _tell(self) -> None:
        try:
            self._changed()
        except (StorageError, OSError):
            log.exception("changed checklists could not be looked at; the next change tries again")
