"""Programs' tokens: what each may do and how often; only their hashes are stored."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Engine, Row, delete, insert, select, update

from intake import database as db

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PREFIX: Final = "intake_"  # so that scanners for leaked keys recognise one
_MAX_PER_MINUTE: Final = 6_000
_SEEN_INTERVAL: Final = timedelta(minutes=1)


class ApiScope(StrEnum):
    """What a program may do."""

    SEND = "tickets:send"
    READ = "tickets:read"  # the tickets that it sent
    READ_ALL = "tickets:read-all"
    DIAGNOSE = "diagnoses"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token without its secret."""

    name: str
    scopes: frozenset[ApiScope]
    per_minute: int
    created_at: datetime
    seen_at: datetime | None

    def may(self, scope: ApiScope) -> bool:
        """Check whether the token has the scope, or one that includes it."""
        is_included = scope is ApiScope.READ and ApiScope.READ_ALL in self.scopes
        return scope in self.scopes or is_included


class ApiTokenStore:
    """The tokens; safe to share between threads."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock

    def add(self, name: str, scopes: Iterable[str], *, per_minute: int = 60) -> str:
        """
        Create a token, or replace the one of this name; returns it, and it isn't stored.

        Raises:
            ValueError: the name, a scope or the limit isn't allowed; the message says which.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("a name has letters a to z, digits and '-', 32 at most")
        if not 1 <= per_minute <= _MAX_PER_MINUTE:
            raise ValueError(f"a token has 1 to {_MAX_PER_MINUTE} requests a minute")
        token = _PREFIX + secrets.token_urlsafe(32)
        row = {
            "name": name,
            "token_hash": _hash(token),
            "scopes": json.dumps(sorted(_scopes(scopes))),
            "per_minute": per_minute,
            "created_at": db.stamp(self._clock()),
            "seen_at": None,
        }
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.api_tokens).where(db.api_tokens.c.name == name))
            connection.execute(insert(db.api_tokens), row)
        return token

    def revoke(self, name: str) -> bool:
        """End a token at once; False if there is no such token."""
        with db.writing(self._engine) as connection:
            removed = connection.execute(delete(db.api_tokens).where(db.api_tokens.c.name == name))
            return bool(removed.rowcount)

    def rows(self) -> tuple[ApiToken, ...]:
        """Return every token, by name."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(db.api_tokens).order_by(db.api_tokens.c.name))
            return tuple(map(_token, rows))

    def find(self, token: str) -> ApiToken | None:
        """Return the token with this secret; None if there is none."""
        columns, now = db.api_tokens.c, self._clock()
        with db.reading(self._engine) as connection:
            row = connection.execute(
                select(db.api_tokens).where(columns.token_hash == _hash(token))
            ).first()
        if row is None:
            return None
        token_row = _token(row)
        if token_row.seen_at is None or now - token_row.seen_at >= _SEEN_INTERVAL:
            with db.writing(self._engine) as connection:
                connection.execute(
                    update(db.api_tokens)
                    .where(columns.name == token_row.name)
                    .values(seen_at=db.stamp(now))
                )
        return token_row


def _scopes(words: Iterable[str]) -> set[ApiScope]:
    try:
        scopes = {ApiScope(word.strip().lower()) for word in words}
    except ValueError:
        raise ValueError(f"a scope is one of {', '.join(ApiScope)}") from None
    if not scopes:
        raise ValueError(f"name a scope: {', '.join(ApiScope)}")
    return scopes


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        row.name,
        frozenset(ApiScope(word) for word in json.loads(row.scopes)),
        row.per_minute,
        db.moment(row.created_at),
        db.moment(row.seen_at) if row.seen_at else None,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
