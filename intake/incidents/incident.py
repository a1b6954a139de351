"""An incident, and what is proposed as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from intake.tickets.shared_infrastructure import SharedKind

IncidentState = Literal["open", "closed", "declined"]


class SharedCause:
    """What tickets of one outage have in common, read from `value` as `ticket_keys` has it."""

    __slots__ = ()
    value: str

    @property
    def cause_code(self) -> str:
        """The code of the cause; "" where nobody had written yet."""
        return self.value.partition(" ")[0]

    @property
    def subject(self) -> str:
        """The address, network or name server; "" where nobody had written yet."""
        return self.value.partition(" ")[2]


@dataclass(frozen=True, slots=True)
class IncidentProposal(SharedCause):
    """Tickets with the same cause on the same thing; `since` is the first one's time."""

    same: SharedKind
    value: str  # as `ticket_keys` has it
    since: datetime
    references: tuple[str, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Incident(SharedCause):
    """
    What staff confirmed, with the one sentence that customers read.

    `same` is "" and `value` empty where nobody had written yet. Texts are by language; a language
    that isn't there reads another.
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
    """A text in a language, else in English, else in whatever it was written in."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Notice:
    """
    What a customer reads before the first question.

    `incident` names ours, whose end can be waited for; `link` leads to the status page of another
    source.
    """

    text: str
    incident: str = ""
    link: str = ""
