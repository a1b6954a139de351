"""What a customer reads before the first question: our open incidents, then those of the feeds."""

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

_KEPT_S: Final = 1.0
_MOST: Final = 3


class IncidentNotices:
    """
    The notices of now; a thousand customers who come at once ask the database once a second.

    A database that refuses costs nobody the first screen: what was known last is shown.
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
        """The notices in a language, ours first."""
        ours = [
            Notice(text_in(incident.text, language), incident=incident.id)
            for incident in self._incidents()[:_MOST]
        ]
        return (*ours, *self._feeds.notices())[:_MOST]

    @property
    def has_causes(self) -> bool:
        """Whether an incident is open that tickets share a cause with."""
        return any(incident.value for incident in self._incidents())

    def about(self, values: Collection[str], language: Language) -> tuple[Notice, ...]:
        """The notices of incidents whose cause, on their thing, is one of these."""
        return tuple(
            Notice(text_in(incident.text, language), incident=incident.id)
            for incident in self._incidents()
            if incident.value in values
        )[:_MOST]

    def start(self) -> None:
        """Begin to ask the other sources."""
        self._feeds.start()

    def stop(self) -> None:
        """Ask them no more."""
        self._feeds.stop()

    def forget(self) -> None:
        """Staff changed something: look anew at the next question."""
        self._until = float("-inf")

    def _incidents(self) -> Sequence[Incident]:
        now = self._clock()
        if now < self._until or not self._lock.acquire(blocking=False):
            return self._open
        try:
            self._open = self._store.open()
            self._until = now + _KEPT_S
        except StorageError:
            log.warning("incidents can't be read", exc_info=True)
        finally:
            self._lock.release()
        return self._open
