"""
The audit of staff's actions: who, when, what, on what; never a customer's words.

A row is written before the action is done, so that nothing is done unrecorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, insert, select

from diagnostics.texts import one_line
from intake import database as db

_MAX_LENGTH: Final = 200
COMMAND_LINE: Final = "command line"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One action: the login and name of its author, the action, and its object."""

    at: datetime
    login: str
    name: str
    action: str
    about: str
    detail: str


class AuditLog:
    """Actions of staff, in order; safe to share between threads."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock

    def add(
        self, action: str, about: str = "", *, login: str, name: str = "", detail: str = ""
    ) -> None:
        """
        Record one action.

        `about` is a ticket's reference, a file's name or a user's login; `detail` is a word of
        ours, like the state that a ticket got.
        """
        row = {
            "at": db.stamp(self._clock()),
            "login": one_line(login, _MAX_LENGTH),
            "name": one_line(name, _MAX_LENGTH),
            "action": action,
            "about": one_line(about, _MAX_LENGTH),
            "detail": one_line(detail, _MAX_LENGTH),
        }
        with db.writing(self._engine) as connection:
            connection.execute(insert(db.staff_audit), row)

    def rows(
        self,
        *,
        limit: int = 100,
        login: str = "",
        action: str = "",
        about: str = "",
        since: datetime | None = None,
    ) -> tuple[AuditRow, ...]:
        """Return the latest actions, newest first; an empty filter matches everything."""
        columns = db.staff_audit.c
        query = select(db.staff_audit).order_by(columns.id.desc()).limit(limit)
        if login:
            query = query.where(columns.login == login)
        if action:
            query = query.where(columns.action == action)
        if about:
            query = query.where(columns.about == about)
        if since:
            query = query.where(columns.at >= db.stamp(since))
        with db.reading(self._engine) as connection:
            return tuple(
                AuditRow(db.moment(row.at), row.login, row.name, row.action, row.about, row.detail)
                for row in connection.execute(query)
            )
