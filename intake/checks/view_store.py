"""Views of a draft's target by other vantages, and the links for friends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter
from sqlalchemy import Connection, Engine, delete, insert, select, update

from diagnostics import BanObservation, VantageObservation
from intake import database as db
from intake.drafts.touch import DraftClosed, touch

LINK_LIVES: Final = timedelta(hours=24)
MAX_RESULTS: Final = 3
StoredView = VantageObservation | BanObservation
_MANY: TypeAdapter[list[StoredView]] = TypeAdapter(
    list[Annotated[StoredView, Field(discriminator="probe")]]
)

LinkState = Literal["open", "used", "over"]


@dataclass(frozen=True, slots=True)
class FriendLink:
    """A friend's link: its check, and whether it still accepts a result."""

    draft_id: str
    step: str
    state: LinkState


class ViewStore:
    """Views and friends' links in the database; thread-safe."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock
        self._upsert = db.upsert(engine, db.check_views)

    def save(
        self, draft_id: str, step: str, target: str, observations: Sequence[StoredView]
    ) -> bool:
        """Store a viewer's observations, replacing earlier ones; False if the draft is closed."""
        with db.writing(self._engine) as connection:
            return self._write(connection, draft_id, step, target, observations)

    def observations(self, draft_id: str, step: str, target: str) -> tuple[StoredView, ...]:
        """Return all observations of one check's target by other vantages."""
        columns = db.check_views.c
        with db.reading(self._engine) as connection:
            documents = connection.execute(
                select(columns.document)
                .where(
                    columns.draft_id == draft_id,
                    columns.step_id == step,
                    columns.target == target,
                )
                .order_by(columns.at)
            ).scalars()
            return tuple(o for document in documents for o in _MANY.validate_json(document))

    def viewers(self, draft_id: str, step: str, target: str) -> frozenset[str]:
        """Return the ids of the viewers so far."""
        return frozenset(o.viewer for o in self.observations(draft_id, step, target))

    def open_link(self, token: str, draft_id: str, step: str) -> None:
        """Make a token a friend's link; an expired or used link of the token starts again."""
        now = self._clock()
        columns = db.friend_links.c
        with db.writing(self._engine) as connection:
            row = self._row(connection, token)
            if row is not None and _state(row.created_at, row.results, now) == "open":
                return
            connection.execute(delete(db.friend_links).where(columns.token_hash == _hash(token)))
            connection.execute(
                insert(db.friend_links),
                {
                    "token_hash": _hash(token),
                    "draft_id": draft_id,
                    "step_id": step,
                    "created_at": db.stamp(now),
                    "results": 0,
                },
            )

    def find_link(self, token: str) -> FriendLink | None:
        """Return the link of a token, without using it up; None if unknown."""
        with db.reading(self._engine) as connection:
            row = self._row(connection, token)
        if row is None:
            return None
        state = _state(row.created_at, row.results, self._clock())
        return FriendLink(row.draft_id, row.step_id, state)

    def save_friend(
        self, token: str, target: str, observations: Sequence[VantageObservation]
    ) -> bool:
        """
        Store a friend's result; False if the link accepts no more.

        Results are numbered per link, so that each friend is a viewer of their own.
        """
        columns = db.friend_links.c
        with db.writing(self._engine) as connection:
            row = self._row(connection, token)
            if row is None or _state(row.created_at, row.results, self._clock()) != "open":
                return False
            number = row.results + 1
            connection.execute(
                update(db.friend_links)
                .where(columns.token_hash == _hash(token))
                .values(results=number)
            )
            numbered = [_as_friend(o, number) for o in observations]
            return self._write(connection, row.draft_id, row.step_id, target, numbered)

    def _row(self, connection: Connection, token: str) -> Any:  # noqa: ANN401 - a row
        columns = db.friend_links.c
        return connection.execute(
            select(db.friend_links).where(columns.token_hash == _hash(token))
        ).first()

    def _write(
        self,
        connection: Connection,
        draft_id: str,
        step: str,
        target: str,
        observations: Sequence[StoredView],
    ) -> bool:
        try:
            at = touch(connection, draft_id, self._clock())
        except DraftClosed:
            return False
        connection.execute(
            self._upsert,
            {
                "draft_id": draft_id,
                "step_id": step,
                "viewer": observations[0].viewer,
                "target": target,
                "document": _MANY.dump_json(list(observations)).decode(),
                "at": at,
            },
        )
        return True


def _as_friend(observation: VantageObservation, number: int) -> VantageObservation:
    viewer = f"friend-{number}"
    renamed = observation.id.replace(observation.viewer, viewer, 1)
    return observation.model_copy(update={"id": renamed, "viewer": viewer})


def _state(created_at: str, results: int, now: datetime) -> LinkState:
    if now - db.moment(created_at) > LINK_LIVES:
        return "over"
    return "used" if results >= MAX_RESULTS else "open"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
