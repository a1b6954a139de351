"""A desk's names for ours: its queues, its priorities, its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

OTHERWISE = "otherwise"

# What a desk's own fields can be filled with.
FACTS = (
    "reference",
    "cause",
    "cause-title",
    "target",
    "addresses",
    "fixer",
    "queue",
    "priority",
    "checklist",
    "product",
    "account",
    "name",
    "email",
    "phone",
    "link",
    "complete",
)


class ReplyAddresses(Protocol):
    """Where agents' replies about a ticket come back to."""

    def address(self, reference: str) -> str:
        """The address of one ticket."""


@dataclass(frozen=True, slots=True)
class DeskMapping:
    """
    A desk's names for ours.

    `queues` and `priorities` by our names, with "otherwise" for the rest; a name of ours stays as
    it is where neither is there. `fields`: the desk's field by the fact that fills it (see
    `FACTS`). `language` is that of staff, the ticket's own when None. `without_email` stands for
    the requester who left only a telephone number. `replies` are None where none come by mail.
    """

    queues: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    base_url: str = ""
    without_email: str = ""
    replies: ReplyAddresses | None = None

    def queue(self, ours: str) -> str:
        """The desk's name for a queue."""
        return _mapped(self.queues, ours)

    def priority(self, ours: str) -> str:
        """The desk's name for a priority."""
        return _mapped(self.priorities, ours)


def _mapped(names: Mapping[str, str], ours: str) -> str:
    return names.get(ours) or names.get(OTHERWISE) or ours
