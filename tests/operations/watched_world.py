"""A service that is watched in simulated time: minutes pass by being called."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from intake import database as db
from intake.bootstrap import Services
from intake.delivery import Desk
from intake.delivery.courier import Courier
from intake.delivery.operator_mail import OperatorMail
from intake.operations.alarms.messenger import AlarmMessenger
from intake.operations.alarms.watcher import AlarmWatcher
from intake.operations.canary_history import CanaryRun, store_run
from intake.operations.heartbeats import BACKUP_HEARTBEAT, write_heartbeat
from intake.operations.retention.purge import PURGE_HEARTBEAT
from tests.tickets.example import CHECKLIST, draft, ticket

DESK = "desk"


class World:
    """What the operator got, in order; a healthy life goes on unless a test stops a part of it."""

    def __init__(self, services: Services, language: str = "en") -> None:
        settings = services.settings.model_copy(update={"language": language})
        self.services = replace(services, settings=settings)
        self.now, self.seconds = db.utc_now(), 0.0
        self.mails: list[Any] = []
        self.calls: list[dict[str, str]] = []
        self.refuses_mail = False
        self.stopped: set[str] = set()
        self.each_minute: list[Callable[[], object]] = []
        self.watcher = self.new_watcher()

    @property
    def messenger(self) -> AlarmMessenger:
        """The real one; what leaves is kept here."""
        messenger = AlarmMessenger(self.services.settings)
        messenger._mail = self.operator_mail
        messenger._hook = self  # type: ignore[assignment]
        return messenger

    @property
    def operator_mail(self) -> OperatorMail:
        settings = self.services.settings
        return OperatorMail(
            self._post,
            to="ops@acme.example",
            sender="intake@acme.example",
            name="Acme",
            language=settings.language,
        )

    def _post(self, letter: bytes, to: str) -> None:
        from intake.delivery import Unavailable  # noqa: PLC0415 - where the mail server is away

        assert to == "ops@acme.example"
        if self.refuses_mail:
            raise Unavailable("535 login refused")
        self.mails.append(email.message_from_bytes(letter, policy=email.policy.default))

    def tell(self, body: dict[str, str], message_id: str) -> bool:
        """The operator's webhook."""
        assert message_id.startswith("alarm_")
        self.calls.append(body)
        return True

    def new_watcher(self) -> AlarmWatcher:
        """As after a restart of the process."""
        return AlarmWatcher(
            self.services,
            self.messenger.tell,
            clock=lambda: self.now,
            monotonic=lambda: self.seconds,
        )

    def pass_minutes(self, minutes: int) -> None:
        """So many looks, and what a healthy service does between them."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.seconds += 60
            self._live()
            for act in self.each_minute:
                act()
            self.watcher.check_all()

    def _live(self) -> None:
        engine, minute = self.services.engine, round(self.seconds / 60)
        if self.services.settings.data.joinpath("intake.db").exists():
            if minute % 5 == 1 and "canary" not in self.stopped:
                store_run(engine, CanaryRun(self.now, 900))
            if minute % 60 == 1 and "tidying" not in self.stopped:
                write_heartbeat(engine, PURGE_HEARTBEAT, self.now)
            if minute % (24 * 60) == 1 and "backup" not in self.stopped:
                write_heartbeat(engine, BACKUP_HEARTBEAT, self.now)

    def carry(self, desks: Sequence[Desk]) -> None:
        """The delivery goes on each minute, by the same clock."""
        courier = Courier(
            self.services.engine,
            desks,
            clock=lambda: self.now,
            pick=lambda _, high: high,
            operator=self.operator_mail,
        )
        self.each_minute.append(lambda: list(courier.run()))

    def send_ticket(self, desk: str = DESK) -> str:
        """A customer sends a ticket for a desk; its reference."""
        _, draft_id = self.services.drafts.create(CHECKLIST, draft("en"))
        sent = self.services.tickets.send(
            draft_id, lambda reference, _: ticket(draft("en"), reference=reference), (desk,)
        )
        outbox = db.outbox
        with db.writing(self.services.engine) as connection:
            connection.execute(
                outbox.update()
                .where(outbox.c.reference == sent.reference)
                .values(created_at=db.stamp(self.now), next_attempt_at=db.stamp(self.now))
            )
        return sent.reference

    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.mails]

    def moment(self, **ago: int) -> datetime:
        return self.now - timedelta(**ago)
