"""Watches the folder for changes made by hand, by git or by other programs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from watchfiles import watch

from intake.database import StorageError
from intake.publishing.folder import ChecklistFolder

log = structlog.get_logger(__name__)

_DEBOUNCE_MS = 400  # editors write a file in several steps, and git writes several files
_LOOK_UP_MS = 1_000  # how soon it notices that another folder is used
_STOP_WITHIN_S = 3.0
_PAUSE_S = 5.0  # between attempts, if the folder can't be watched


class Watcher:
    """
    A thread that calls `changed` soon after anything in the folder changes.

    The operating system reports changes; if it can't (a network folder, no inotify, no watches
    left), the library polls three times a second.
    """

    def __init__(self, folder: ChecklistFolder, changed: Callable[[], None]) -> None:
        self._folder, self._changed = folder, changed
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.watching = threading.Event()  # set once the watch is active

    def start(self) -> None:
        """Start watching; earlier changes are processed at once."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="checklists", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
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
        """Watch until stopped, or until another folder is used."""
        changes = watch(
            folder,
            debounce=_DEBOUNCE_MS,
            rust_timeout=_LOOK_UP_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            # Signals reach the main thread only; the event ends this one.
            raise_interrupt=False,
            # None: the library decides, and polls in WSL or if WATCHFILES_FORCE_POLLING is set.
            force_polling=polling or None,
        )
        self.watching.clear()
        for change in changes:
            # The first time-out counts as a change: changes from before the watch began weren't
            # reported.
            if change or not self.watching.is_set():
                self._notify()
            self.watching.set()
            if self._folder.path != folder:
                return

    def _notify(self) -> None:
        try:
            self._changed()
        except (StorageError, OSError):
            log.exception("changed checklists could not be looked at; the next change tries again")
