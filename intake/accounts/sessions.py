"""
Sessions of staff, kept here: the cookie is only a key, so that sign-out ends every open tab.

What a person may do is judged anew at each question: a local user's roles and name come from the
users' table, an OIDC account's roles from its groups and today's mapping, the printed link counts
while its token does.
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
LONGEST_NAME: Final = 80
_LONGEST_LOGIN: Final = 200
_MAX_GROUPS: Final = 200
_SEEN_EVERY: Final = timedelta(minutes=1)  # a page runs often, and this is a write


@dataclass(frozen=True)
class SessionPolicy:
    """
    When sessions end, and what they are worth.

    `link_token` is the printed link's; None where it is switched off. `group_roles` maps the
    groups of an OIDC account to roles.
    """

    idle: timedelta = timedelta(hours=2)
    longest: timedelta = timedelta(hours=12)
    link_token: str | None = None
    group_roles: Mapping[str, frozenset[StaffRole]] = field(default_factory=dict)

    def roles_of(self, groups: tuple[str, ...]) -> frozenset[StaffRole]:
        """The roles that these groups give."""
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
        """When these sessions end."""
        return self._policy

    def begin(self, sign_in: SignIn) -> str:
        """Begin a session; returns its token, of which only the hash is kept."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.staff_sessions).where(self._is_over(now)))
            connection.execute(
                insert(db.staff_sessions),
                {
                    "token_hash": _hash(token),
                    "kind": sign_in.kind,
                    "login": sign_in.login[:_LONGEST_LOGIN],
                    "name": name_of_person(sign_in.name),
                    "groups": json.dumps(sign_in.groups[:_MAX_GROUPS]),
                    "key": self._link_key() if sign_in.kind == LINK else "",
                    "created_at": db.stamp(now),
                    "seen_at": db.stamp(now),
                },
            )
        return token

    def account(self, token: str) -> Account | None:
        """Who has this session now; None once it has ended or is worth nothing."""
        if not token:
            return None
        sessions, users, now = db.staff_sessions, db.staff_users, self._clock()
        with db.reading(self._engine) as connection:
            row = connection.execute(
                select(sessions, users.c.roles, users.c.name.label("user_name"))
                .outerjoin(users, and_(sessions.c.login == users.c.login, sessions.c.kind == USER))
                .where(sessions.c.token_hash == _hash(token), ~self._is_over(now))
            ).first()
        if row is None:
            return None
        if now - db.moment(row.seen_at) >= _SEEN_EVERY:
            self._note_seen(row.token_hash, now)
        return self._judge(row)

    def rename(self, token: str, name: str) -> None:
        """Take another name for a session by the printed link; others have their account's."""
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.staff_sessions)
                .where(columns.token_hash == _hash(token), columns.kind == LINK)
                .values(name=name_of_person(name))
            )

    def end(self, token: str) -> None:
        """Sign out: whatever still has the cookie is a stranger from now on."""
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.staff_sessions).where(columns.token_hash == _hash(token)))

    def end_all_of(self, login: str) -> int:
        """End every session of a login, as an administrator; returns how many."""
        columns = db.staff_sessions.c
        with db.writing(self._engine) as connection:
            ended = connection.execute(delete(db.staff_sessions).where(columns.login == login))
            return int(ended.rowcount)

    def open_logins(self) -> Mapping[str, datetime]:
        """Who is signed in, and when each was last seen."""
        columns, now = db.staff_sessions.c, self._clock()
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(columns.login, columns.seen_at)
                .where(~self._is_over(now))
                .order_by(columns.seen_at)
            ).all()
        return {row.login: db.moment(row.seen_at) for row in rows}

    def _judge(self, row: Row[Any]) -> Account | None:
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

    def _is_over(self, now: datetime) -> Any:  # noqa: ANN401 - SQLAlchemy's own expression
        columns = db.staff_sessions.c
        return or_(
            columns.seen_at <= db.stamp(now - self._policy.idle),
            columns.created_at <= db.stamp(now - self._policy.longest),
        )

    def _link_key(self) -> str:
        """Another token signs out who came with the one before."""
        return _hash(f"link {self._policy.link_token}")


def name_of_person(typed: str) -> str:
    """A first and last name as it is typed, on one line."""
    return " ".join(one_line(typed, LONGEST_NAME).split())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
