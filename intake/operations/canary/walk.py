"""
`intake canary`: go through the whole way of a customer and what follows it, and leave nothing
behind.

The ticket has a mark that only we can make: no desk gets it, no statistics count it, and it is
deleted at the end, also if a step failed. Each desk gets a test ticket of its own, rarely.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select

import diagnostics
from intake import database as db
from intake.bootstrap import Services
from intake.delivery.desk_check import check_desk, make_test_ticket, queue_to_test
from intake.delivery.loss_words import loss_line
from intake.operations.canary.journey import (
    WORDS,
    CanaryFailure,
    CanaryJourney,
    CanaryStepName,
    SentByCanary,
)
from intake.operations.canary_history import CanaryRun, store_run
from intake.operations.heartbeats import last_heartbeat, write_heartbeat
from intake.operations.retention.purge import delete_tickets
from intake.tickets.canary_mark import CANARY
from intake.tickets.reference import new_reference

_DESKS_HEARTBEAT: Final = "canary-desks"
_LEFTOVER_AGE: Final = timedelta(hours=1)  # another machine's walk may be running


@dataclass(frozen=True, slots=True)
class CanaryStep:
    """One finished part of the walk; `note` says why it failed, or why it `is_skipped`."""

    name: CanaryStepName
    is_good: bool
    note: str = ""
    is_skipped: bool = False


class CanaryWalk:
    """One walk; iterate its steps, then read `run`."""

    def __init__(self, services: Services, *, base: str, with_desks: bool | None = None) -> None:
        self._services, self._with_desks = services, with_desks
        ca_file = services.settings.ca_file
        self._journey = CanaryJourney(base, services.canary_mark.make(), ca_file)
        self.run = CanaryRun(db.utc_now(), 0)

    def steps(self) -> Iterator[CanaryStep]:
        """Yield each step as it is done; after the first failure only the cleaning follows."""
        started = time.monotonic()
        failed: CanaryFailure | None = None
        try:
            yield from self._walk()
        except CanaryFailure as failure:
            failed = failure
            yield CanaryStep(failure.step, is_good=False, note=str(failure))
        try:
            self._clean()
        except db.StorageError as error:
            failed = failed or CanaryFailure("clean", str(error))
            yield CanaryStep("clean", is_good=False, note=str(error))
        took_ms = round((time.monotonic() - started) * 1000)
        step, why = (failed.step, str(failed)) if failed is not None else ("", "")
        self.run = CanaryRun(db.utc_now(), took_ms, step, why)

    def keep(self) -> None:
        """
        Store the walk for the service to see.

        Raises:
            StorageError: the database takes no write.
        """
        store_run(self._services.engine, self.run)

    def _walk(self) -> Iterator[CanaryStep]:
        sent = self._journey.walk()
        for name in ("server", "start", "begin", "send"):
            yield CanaryStep(name, is_good=True)
        self._read_back(sent)
        yield CanaryStep("store", is_good=True, note=sent.reference)
        yield self._probe()
        yield self._test_desks()

    def _read_back(self, sent: SentByCanary) -> None:
        """Check that the ticket is in this database, with what was written."""
        try:
            ticket = self._services.tickets.get(sent.reference)
        except db.StorageError as error:
            raise CanaryFailure("store", str(error)) from error
        if ticket is None:
            raise CanaryFailure("store", f"{sent.reference} is not in this database")
        if not any(item.answer == WORDS for item in ticket.items):
            raise CanaryFailure("store", f"{sent.reference} has lost what was written")
        if ticket.sent_as != CANARY:
            raise CanaryFailure("store", f"{sent.reference} is taken for a customer's")

    def _probe(self) -> CanaryStep:
        """Measure a site known to work, if one is configured."""
        settings = self._services.settings
        if not settings.control:
            return CanaryStep("probes", is_good=True, note="no-control", is_skipped=True)
        options = settings.probe_options()
        reading = diagnostics.read_target(settings.control[0], options)
        if not reading.accepted:
            raise CanaryFailure("probes", reading.explain("en"))
        diagnosis = diagnostics.diagnose(reading.target, options=options)
        for _ in diagnosis:
            pass
        verdict = diagnosis.report.verdict
        if verdict not in ("healthy", "degraded"):
            raise CanaryFailure("probes", f"{settings.control[0]}: {verdict}")
        return CanaryStep("probes", is_good=True, note=settings.control[0])

    def _test_desks(self) -> CanaryStep:
        """Send each desk its test ticket, if that is due."""
        engine, hours = self._services.engine, self._services.settings.canary_desks_hours
        tested_at = last_heartbeat(engine, _DESKS_HEARTBEAT)
        is_due = hours > 0 and (
            tested_at is None or db.utc_now() - tested_at >= timedelta(hours=hours)
        )
        if not (is_due if self._with_desks is None else self._with_desks):
            return CanaryStep("desks", is_good=True, note="not-due", is_skipped=True)
        if not self._services.desks:
            return CanaryStep("desks", is_good=True, note="no-desk", is_skipped=True)
        settings, failures = self._services.settings, []
        email = settings.operator_email or settings.mail_from
        for entry in self._services.desks:
            queue = queue_to_test(entry.desk, entry.takes)
            ticket = make_test_ticket(new_reference(), db.utc_now(), queue=queue, email=email)
            for step in check_desk(entry.desk, ticket):
                if not step.is_good:
                    losses_text = "; ".join(loss_line(loss, "en") for loss in step.losses)
                    failures.append(f"{entry.desk.name}, {step.name}: {losses_text or step.why}")
        if failures:
            raise CanaryFailure("desks", ". ".join(failures))
        write_heartbeat(engine, _DESKS_HEARTBEAT)
        names = ", ".join(entry.desk.name for entry in self._services.desks)
        return CanaryStep("desks", is_good=True, note=names)

    def _clean(self) -> None:
        """
        Delete the draft and the ticket, and whatever an earlier walk left because it
        was killed.
        """
        engine, ticket = self._services.engine, db.tickets.c
        draft = self._services.drafts.find(self._journey.token) if self._journey.token else None
        own_reference = draft.reference if draft is not None else None
        earlier = ticket.created_at < db.stamp(db.utc_now() - _LEFTOVER_AGE)
        with db.writing(engine) as connection:
            references = connection.scalars(
                select(ticket.reference).where(
                    ticket.sent_as == CANARY, or_(ticket.reference == own_reference, earlier)
                )
            ).all()
            delete_tickets(connection, references)
            if draft is not None:
                connection.execute(delete(db.drafts).where(db.drafts.c.id == draft.id))
                connection.execute(delete(db.walks).where(db.walks.c.id == draft.id))
