"""
Staff sessions, stored on the server: the cookie is only a key, so that sign-out ends every open
tab.

Rights are evaluated at each request: a local user's roles and name come from the users' table, an
OIDC account's roles from its groups and the current mapping, and the printed link counts as long as
its token is valid.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, and_, delete, insert, or_, select, update

from diagnostics.texts import one_line
from intake import database as db
from intake.accounts.rights import Account, StaffRole, read_roles

LINK: Final = "link"
USER: Final = "user"
OIDC: Final = "oidc"
MAX_NAME_LENGTH: Final = 80
_MAX_LOGIN_LENGTH: Final = 200
_MAX_GROUPS: Final = 200
_SEEN_INTERVAL: Final = timedelta(minutes=1)  # a page runs often, and this is a write


@dataclass(frozen=True)
class SessionPolicy:
    """
    When sessions end, and the rights that they give.

    `link_token` is the printed link's; None if the link is switched off. `group_roles` maps the
    groups of an OIDC account to roles.
    """

    idle: timedelta = timedelta(hours=2)
    longest: timedelta = timedelta(hours=12)
    link_token: str | None = None
    group_roles: Mapping[str, frozenset[StaffRole]] = field(default_factory=dict)

    def roles_of(self, groups: tuple[str, ...]) -> frozenset[StaffRole]:
        """Return the roles that these groups give."""
        return frozenset().union(*(self.group_roles.get(group, frozenset()) for group in groups))


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who signed in and how; `groups` are those of an OIDC account."""

    kind: str
    login: str
    name: str = ""
    groups: tuple[str, ...] = ()


class SessionStore:
    """The open sessions; safe to share between threads."""

    def __init__(
        self, engine: Engine, policy: SessionPolicy, *, clock: db.Clock = db.utc_now
    ) -> None:
        self._engine, self._policy, self._clock = engine, policy, clock

    @property
    def policy(self) -> SessionPolicy:
        """The policy of these sessions."""
        return self._policy

    def begin(self, sign_in: SignIn) -> str:
        """Begin a session; returns its token, of which only the hash is stored."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.staff_sessions).where(self._has_ended(now)))
            connection.execute(
                insert(db.staff_sessions),
                {
                    "token_hash": _hash(token),
                    "kind": sign_in.kind,
                    "login": sign_in.login[:_MAX_LOGIN_LENGTH],
                    "name": clean_person_name(sign_in.name),
                    "groups": json.dumps(sign_in.groups[:_MAX_GROUPS]),
                    "key": self._link_key() if sign_in.kind == LINK else "",
                    "created_at": db.stamp(now),
                    "seen_at": db.stamp(now),
                },
            )
        return token

    def account(self, token: str) -> Account | None:
        """Return the account of this session; None if it has ended or gives no rights."""
        if not token:
            return None
        sessions, users, now = db.staff_sessions, db.staff_users, self._clock()
        with db.reading(self._engine) as connection:
            row = connection.execute(
                select(sessions, users.c.roles, users.c.name.label("user_name"))
                .outerjoin(users, and_(sessions.c.login == users.c.login, sessions.c.kind == USER))
                .where(sessions.c.token_hash == _hash(token), ~self._has_ended(now))
            ).first()
        if row is None:
            return None
        if now - db.moment(row.seen_at) >= _SEEN_INTERVAL:
            self._note_seen(row.token_hash, now)
        return self._account_of_row(row)

    def rename(self, token: str, name: str) -> None:
        """
        Change the name in a session by the printed link; other sessions have their
        account's name.
        """
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.staff_sessions)
                .where(columns.token_hash == _hash(token), columns.kind == LINK)
                .values(name=clean_person_name(name))
            )

    def end(self, token: str) -> None:
        """End the session, so that its cookie is worthless."""
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.staff_sessions).where(columns.token_hash == _hash(token)))

    def end_all_of(self, login: str) -> int:
        """End every session of a login, and return how many."""
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            ended = connection.execute(delete(db.staff_sessions).where(columns.login == login))
            return int(ended.rowcount)

    def open_logins(self) -> Mapping[str, datetime]:
        """Return who is signed in, and when each was last seen."""
        columns, now = db.staff_sessions.c, self._clock()
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(columns.login, columns.seen_at)
                .where(~self._has_ended(now))
                .order_by(columns.seen_at)
            ).all()
        return {row.login: db.moment(row.seen_at) for row in rows}

    def _account_of_row(self, row: Row[Any]) -> Account | None:
        if row.kind == LINK:
            if self._policy.link_token is None or row.key != self._link_key():
                return None
            return Account(LINK, row.name, frozenset({StaffRole.ADMIN}), is_by_link=True)
        if row.kind == USER:
            if row.roles is None:  # removed since
                return None
            return Account(row.login, row.user_name, read_roles(json.loads(row.roles)))
        roles = self._policy.roles_of(tuple(json.loads(row.groups)))
        return Account(row.login, row.name, roles) if roles else None

    def _note_seen(self, token_hash: str, now: datetime) -> None:
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.staff_sessions)
                .where(columns.token_hash == token_hash)
                .values(seen_at=db.stamp(now))
            )

    def _has_ended(self, now: datetime) -> Any:  # noqa: ANN401 - SQLAlchemy's own expression
        columns = db.staff_sessions.c
        return or_(
            columns.seen_at <= db.stamp(now - self._policy.idle),
            columns.created_at <= db.stamp(now - self._policy.longest),
        )

    def _link_key(self) -> str:
        """Return a hash of the link's token; a new token ends the sessions of the old one."""
        return _hash(f"link {self._policy.link_token}")


def clean_person_name(typed: str) -> str:
    """Return a typed first and last name on one line."""
    return " ".join(one_line(typed, MAX_NAME_LENGTH).split())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
