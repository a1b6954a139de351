"""The notices before the first question: our open incidents, then those of the feeds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

import structlog

from diagnostics.texts import Language
from intake.database import StorageError
from intake.incidents.feeds import IncidentFeeds
from intake.incidents.incident import Incident, Notice, text_in
from intake.incidents.incident_store import IncidentStore

log = structlog.get_logger(__name__)

_CACHE_S: Final = 1.0
_MAX_NOTICES: Final = 3


class IncidentNotices:
    """
    The current notices; however many customers come, the database is asked once a second.

    If the database fails, the latest known incidents are shown, so the first screen always works.
    """

    def __init__(
        self,
        store: IncidentStore,
        feeds: IncidentFeeds,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._feeds, self._clock = store, feeds, clock
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._open: Sequence[Incident] = ()

    def current(self, language: Language) -> tuple[Notice, ...]:
        """Return the notices in a language, ours first."""
        ours = [
            Notice(text_in(incident.text, language), incident=incident.id)
            for incident in self._incidents()[:_MAX_NOTICES]
        ]
        return (*ours, *self._feeds.notices())[:_MAX_NOTICES]

    @property
    def has_causes(self) -> bool:
        """Whether an open incident has a cause that tickets share."""
        return any(incident.value for incident in self._incidents())

    def about(self, values: Collection[str], language: Language) -> tuple[Notice, ...]:
        """Return the notices of incidents whose `value` is one of these."""
        return tuple(
            Notice(text_in(incident.text, language), incident=incident.id)
            for incident in self._incidents()
            if incident.value in values
        )[:_MAX_NOTICES]

    def start(self) -> None:
        """Begin to read the other sources."""
        self._feeds.start()

    def stop(self) -> None:
        """Stop reading the other sources."""
        self._feeds.stop()

    def forget(self) -> None:
        """Drop the cached incidents, because staff changed one."""
        self._until = float("-inf")

    def _incidents(self) -> Sequence[Incident]:
        now = self._clock()
        if now < self._until or not self._lock.acquire(blocking=False):
            return self._open
        try:
            self._open = self._store.open()
            self._until = now + _CACHE_S
        except StorageError:
            log.warning("incidents can't be read", exc_info=True)
        finally:
            self._lock.release()
        return self._open
