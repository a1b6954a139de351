"""Local users: login, name, roles and the hash of a password, for teams without OIDC."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, func, select, update

from intake import database as db
from intake.accounts.passwords import Passwords
from intake.accounts.rights import StaffRole, read_roles
from intake.accounts.sessions import USER, clean_person_name

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


class UserRefused(ValueError):  # noqa: N818 - it says what happened
    """A user can't be created or changed this way; the message says what to write."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A local user, without the password's hash."""

    login: str
    name: str
    roles: frozenset[StaffRole]
    created_at: datetime


class UserStore:
    """The users of this service; safe to share between threads."""

    def __init__(
        self, engine: Engine, *, passwords: Passwords | None = None, clock: db.Clock = db.utc_now
    ) -> None:
        self._engine, self._clock = engine, clock
        self._passwords = passwords or Passwords()

    def add(self, login: str, name: str, roles: Iterable[str], password: str) -> UserRow:
        """
        Create a user.

        Raises:
            UserRefused: the login is taken or not allowed, the name is empty, or a role is unknown.
            PasswordRefused: the password could be guessed.
        """
        login, name, checked_roles = _login(login), clean_person_name(name), _roles(roles)
        if not name:
            raise UserRefused("a user needs a first and last name: replies are signed with it")
        row = {
            "login": login,
            "name": name,
            "roles": _roles_json(checked_roles),
            "password_hash": self._passwords.hash(password, login),
            "created_at": db.stamp(now := self._clock()),
        }
        with db.writing(self._engine) as connection:
            if not db.insert_row(
                connection, db.insert_if_missing(self._engine, db.staff_users), row
            ):
                raise UserRefused(f"there is a user {login} already")
        return UserRow(login, name, checked_roles, now)

    def set_roles(self, login: str, roles: Iterable[str]) -> None:
        """
        Change a user's roles, at once also in open pages.

        Raises:
            UserRefused: there is no such user, or a role is unknown.
        """
        self._change(login, {"roles": _roles_json(_roles(roles))})

    def set_password(self, login: str, password: str) -> None:
        """
        Change a password, and end the sessions of the old one.

        Raises:
            UserRefused: there is no such user.
            PasswordRefused: the password could be guessed.
        """
        login = login.strip().lower()
        self._change(login, {"password_hash": self._passwords.hash(password, login)})
        self._end_sessions(login)

    def remove(self, login: str) -> bool:
        """Remove a user and end their sessions; False if there is no such user."""
        login = login.strip().lower()
        with db.writing(self._engine) as connection:
            users = delete(db.staff_users).where(db.staff_users.c.login == login)
            is_removed = bool(connection.execute(users).rowcount)
        self._end_sessions(login)
        return is_removed

    def verify(self, login: str, password: str) -> UserRow | None:
        """Return the user of a login and its password; None if they don't match. Takes 0.1 s."""
        login = login.strip().lower()[:100]
        columns = db.staff_users.c
        with db.reading(self._engine) as connection:
            stored_hash = connection.execute(
                select(columns.password_hash).where(columns.login == login)
            ).scalar()
        return self.find(login) if self._passwords.fits(password, stored_hash) else None

    def find(self, login: str) -> UserRow | None:
        """Return a user by login; None if there is none."""
        return next((row for row in self.rows() if row.login == login), None)

    def rows(self) -> tuple[UserRow, ...]:
        """Return every user, by login."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(db.staff_users).order_by(db.staff_users.c.login))
            return tuple(
                UserRow(
                    row.login,
                    row.name,
                    read_roles(json.loads(row.roles)),
                    db.moment(row.created_at),
                )
                for row in rows
            )

    def exist(self) -> bool:
        """Check whether any local user exists."""
        with db.reading(self._engine) as connection:
            count = connection.execute(select(func.count()).select_from(db.staff_users)).scalar()
        return bool(count)

    def _change(self, login: str, values: dict[str, str]) -> None:
        login = login.strip().lower()
        with db.writing(self._engine) as connection:
            changed = connection.execute(
                update(db.staff_users).where(db.staff_users.c.login == login).values(values)
            )
            if not changed.rowcount:
                raise UserRefused(f"there is no user {login!r}; `intake users list` shows all")

    def _end_sessions(self, login: str) -> None:
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.staff_sessions).where(columns.kind == USER, columns.login == login)
            )


def _login(text: str) -> str:
    login = text.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise UserRefused("a login has letters a to z, digits and . _ @ + -, 64 at most")
    return login


def _roles(words: Iterable[str]) -> frozenset[StaffRole]:
    try:
        roles = read_roles(words)
    except ValueError as error:
        raise UserRefused(str(error)) from None
    if not roles:
        raise UserRefused(f"name a role: {', '.join(StaffRole)}")
    return roles


def _roles_json(roles: Iterable[StaffRole]) -> str:
    return json.dumps(sorted(roles))
