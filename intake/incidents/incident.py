"""Incidents, and proposals of incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from intake.tickets.shared_infrastructure import SharedKind

IncidentState = Literal["open", "closed", "declined"]


class SharedCause:
    """
    The common cause of an outage's tickets, read from `value`, which is stored in
    `ticket_keys`.
    """

    __slots__ = ()
    value: str

    @property
    def cause_code(self) -> str:
        """The code of the cause; "" if there was no ticket yet."""
        return self.value.partition(" ")[0]

    @property
    def subject(self) -> str:
        """The address, network or name server; "" if there was no ticket yet."""
        return self.value.partition(" ")[2]


@dataclass(frozen=True, slots=True)
class IncidentProposal(SharedCause):
    """
    Tickets with the same cause at the same address, network or name server; `since` is the first
    one's time.
    """

    same: SharedKind
    value: str  # as `ticket_keys` has it
    since: datetime
    references: tuple[str, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Incident(SharedCause):
    """
    An incident that staff confirmed, with the one sentence that customers read.

    `same` and `value` are "" if there was no ticket yet. Texts are by language; for a missing
    language another is used.
    """

    id: str
    same: SharedKind | Literal[""]
    value: str
    since: datetime
    state: IncidentState
    text: Mapping[str, str]
    opened_at: datetime
    opened_by: str
    closing_text: Mapping[str, str] = field(default_factory=dict)
    closed_at: datetime | None = None
    closed_by: str = ""


def text_in(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, else in English, else in any language."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Notice:
    """
    A sentence that a customer reads before the first question.

    `incident` is the id of one of ours, whose end the customer can be told of; `link` leads to the
    status page of another source.
    """

    text: str
    incident: str = ""
    link: str = ""
