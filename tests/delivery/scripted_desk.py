"""A desk that answers as it is told, without a network."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from intake.delivery import Capabilities, DeskMapping, DeskMessage, DeskTicket, Receipt
from intake.delivery.desks.api_desk import OneWayDesk


class ScriptedDesk(OneWayDesk):
    """Takes tickets as it is told; remembers what it took."""

    def __init__(self, *answers: Exception | None, name: str = "email") -> None:
        super().__init__(name, DeskMapping(), Capabilities(finds=False, repeat="joined"))
        self.answers: Iterator[Exception | None] = itertools.chain(answers, itertools.repeat(None))
        self.taken: list[str] = []
        self.tries = 0

    def create(self, ticket: DeskTicket) -> Receipt:
        self._take(ticket.key)
        return Receipt(f"desk-{ticket.key}")

    def append(self, remote_id: str, message: DeskMessage) -> None:
        assert remote_id == f"desk-{message.reference}"
        self._take(message.key)

    def _take(self, key: str) -> None:
        self.tries += 1
        answer = next(self.answers)
        if answer is not None:
            raise answer
        self.taken.append(key)
