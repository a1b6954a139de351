"""
Programs' requests by their Idempotency-Key: a repeated request gets the first answer.

A row is written before anything is done for the request; its draft is stored before the ticket is
sent, so that whoever continues the request of a killed process finds the ticket.

Source:
    draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy import Connection, Engine, delete, select, update

from intake import database as db

_KEEP_FOR: Final = timedelta(hours=48)
_MAX_DURATION: Final = timedelta(
    minutes=2
)  # after this the process that answers the request is dead
MAX_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """
    The state of a request's key.

    `new`: the caller must answer it; `draft` is set if an earlier process created one. `done` has
    the answer that was given. `other`: the key was used with another body. `running`: it is being
    answered.
    """

    state: Literal["new", "done", "other", "running"]
    answer: str = ""
    draft: str = ""


class ApiRequests:
    """The requests of the last two days; safe to share between threads and processes."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock

    def begin(self, token: str, key: str, body_hash: str) -> KnownRequest:
        """Begin a request, unless it is answered or being answered."""
        now, columns = self._clock(), db.api_requests.c
        row = {
            "token": token,
            "key": key,
            "body_hash": body_hash,
            "answer": "",
            "draft": "",
            "at": db.stamp(now),
        }
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.api_requests).where(columns.at < db.stamp(now - _KEEP_FOR))
            )
            if db.insert_row(connection, db.insert_if_missing(self._engine, db.api_requests), row):
                return KnownRequest("new")
            known = connection.execute(
                select(db.api_requests).where(columns.token == token, columns.key == key)
            ).one()
            if known.body_hash != body_hash:
                return KnownRequest("other")
            if known.answer:
                return KnownRequest("done", known.answer, known.draft)
            if now - db.moment(known.at) < _MAX_DURATION:
                return KnownRequest("running")
            self._set(connection, token, key, at=db.stamp(now))
            return KnownRequest("new", draft=known.draft)

    def note_draft(self, token: str, key: str, draft: str) -> None:
        """Store the draft that the ticket will be made of, before it is sent."""
        with db.writing(self._engine) as connection:
            self._set(connection, token, key, draft=draft)

    def finish(self, token: str, key: str, answer: str, reference: str) -> None:
        """Store the answer for repeated requests, and the token that sent the ticket."""
        with db.writing(self._engine) as connection:
            self._set(connection, token, key, answer=answer)
            connection.execute(
                db.insert_if_missing(self._engine, db.api_tickets).values(
                    reference=reference, token=token
                )
            )

    def forget(self, token: str, key: str) -> None:
        """Delete a failed request, so that the key may be used for a corrected body."""
        columns = db.api_requests.c
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.api_requests).where(columns.token == token, columns.key == key)
            )

    def is_of(self, reference: str, token: str) -> bool:
        """Check whether a token sent this ticket."""
        columns = db.api_tickets.c
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(columns.token).where(columns.reference == reference, columns.token == token)
            )
            return rows.first() is not None

    def _set(self, connection: Connection, token: str, key: str, **values: str) -> None:
        columns = db.api_requests.c
        connection.execute(
            update(db.api_requests)
            .where(columns.token == token, columns.key == key)
            .values(**values)
        )
