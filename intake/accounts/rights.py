"""Roles, and the rights that each gives; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class StaffRole(StrEnum):
    """A role of a person; one may have several."""

    READER = "reader"
    AGENT = "agent"
    AUTHOR = "author"
    ADMIN = "admin"


class Right(StrEnum):
    """What an action or a page requires."""

    READ = "read"  # tickets
    WORK = "work"  # on tickets: reply, take, solve, join
    WRITE = "write"  # checklists, in the studio
    ADMINISTER = "administer"  # users, parked deliveries, the audit


_RIGHTS: Final = {
    StaffRole.READER: frozenset({Right.READ}),
    StaffRole.AGENT: frozenset({Right.READ, Right.WORK}),
    StaffRole.AUTHOR: frozenset({Right.READ, Right.WRITE}),
    StaffRole.ADMIN: frozenset(Right),
}


class NotPermittedError(Exception):
    """The person doesn't have this right: their role has changed, or their sign-in has ended."""


@dataclass(frozen=True, slots=True)
class Account:
    """
    A person who is signed in.

    `login` is their name in the audit; `name` signs their replies. Only with the printed link
    (`is_by_link`) is the name what they typed, and may be empty.
    """

    login: str
    name: str
    roles: frozenset[StaffRole]
    is_by_link: bool = False

    def may(self, right: Right) -> bool:
        """Check whether one of the roles gives the right."""
        return any(right in _RIGHTS[role] for role in self.roles)


def read_roles(words: Iterable[str]) -> frozenset[StaffRole]:
    """
    Return the roles of these names.

    Raises:
        ValueError: one is no role; the message lists them.
    """
    try:
        return frozenset(StaffRole(word.strip().lower()) for word in words)
    except ValueError:
        raise ValueError(f"a role is one of {', '.join(StaffRole)}") from None
