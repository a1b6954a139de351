"""A ticket's times in words: on the customer's own clock for the customer, in UTC for a desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from diagnostics.texts import Language
from intake.tickets.render.cause import TicketReader
from intake.tickets.render.formats import format_moment, read_zone
from intake.tickets.render.promise import time_with_zone
from intake.tickets.render.words import Phrases
from intake.tickets.ticket import Ticket

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class TicketMoments:
    """
    How times are shown to a reader.

    `customers_zone` is the browser's name of the customer's zone. `zone` is the operator's, for a
    customer whose own isn't known.
    """

    customers_zone: str | None
    say: Phrases
    language: Language
    reader: TicketReader
    zone: ZoneInfo | None = None

    @classmethod
    def of(
        cls, ticket: Ticket, say: Phrases, language: Language, reader: TicketReader,
        zone: ZoneInfo | None,
    ) -> TicketMoments:  # fmt: skip
        """Return the clock for a reader of this ticket."""
        return cls(ticket.environment.timezone, say, language, reader, zone)

    def line(self, moment: datetime, zone: ZoneInfo | None = None) -> str:
        """
        Return a time for a list: the customer's own time, else in `zone`, else in UTC, which is
        named.
        """
        return format_moment(moment, self.say, self.list_zone or zone)

    def head(self, moment: datetime) -> str:
        """
        Return a time with its zone: for a customer one named zone, for a desk UTC and the
        customer's time.
        """
        if self.reader == "customer":
            zone, text = self.list_zone, self.line(moment)
            return time_with_zone(text, zone, self.language) if zone else text
        return self.line(moment) + self._at_the_customers(moment)

    @property
    def list_zone(self) -> ZoneInfo | None:
        """
        The customer's zone if the customer reads; None for a desk, and where UTC is to
        be named.
        """
        zone = self._readers_zone() if self.reader == "customer" else _UTC
        return None if zone == _UTC else zone

    def _readers_zone(self) -> ZoneInfo:
        return read_zone(self.customers_zone) or self.zone or _UTC

    def _at_the_customers(self, moment: datetime) -> str:
        zone = read_zone(self.customers_zone)
        local = moment.astimezone(zone or UTC)
        if not local.utcoffset():  # the customer's clock shows UTC as well
            return ""
        time = format_datetime(local, "HH:mm", locale=self.say.locale)
        in_zone = f"{time}, {self.customers_zone}"
        return f" ({self.say.at_the_customers.format(time=in_zone)})"
