"""Where the results of checks go: into the draft, or to the ticket that it has become."""

from __future__ import annotations

from collections.abc import Callable

from intake.database import utc_now
from intake.drafts import DraftStore
from intake.journey.draft import CheckRun
from intake.tickets import TicketStore


class CheckStorage:
    """
    Stores checks by the id of their draft; from any thread.

    `updated` is called when a ticket got a late result: its desks have a delivery waiting.
    """

    def __init__(
        self, drafts: DraftStore, tickets: TicketStore, *, updated: Callable[[], None]
    ) -> None:
        self._drafts, self._tickets, self._updated = drafts, tickets, updated

    def save(self, draft_id: str, run: CheckRun) -> None:
        """
        Store a check as far as it has come.

        Raises:
            StorageError: it could not be stored now.
        """
        if self._drafts.save_check(draft_id, run):
            return
        # The draft was sent, or is gone: the ticket, if there is one, takes it.
        if self._tickets.add_late_check(draft_id, run, utc_now()):
            self._updated()
