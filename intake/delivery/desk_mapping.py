"""A desk's names for our queues, priorities and facts."""

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
    """The addresses to which agents' replies about a ticket are sent."""

    def address(self, reference: str) -> str:
        """Return the address of one ticket."""


@dataclass(frozen=True, slots=True)
class DeskMapping:
    """
    A desk's names for ours.

    `queues` and `priorities` are by our names, with "otherwise" for the rest; without either our
    name is used. `fields`: the desk's field by the fact that fills it (see `FACTS`). `language` is
    staff's, or None for each ticket's own. `without_email` is the requester's address for a
    customer who left only a telephone number. `replies` is None if no replies come by mail.
    """

    queues: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    base_url: str = ""
    without_email: str = ""
    replies: ReplyAddresses | None = None

    def queue(self, name: str) -> str:
        """Return the desk's name for a queue."""
        return _mapped(self.queues, name)

    def priority(self, name: str) -> str:
        """Return the desk's name for a priority."""
        return _mapped(self.priorities, name)


def _mapped(names: Mapping[str, str], name: str) -> str:
    return names.get(name) or names.get(OTHERWISE) or name
