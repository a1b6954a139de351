"""Saved views of the list of tickets: a name for a set of filters, private or shared."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, delete, func, insert, or_, select

from diagnostics.texts import one_line
from intake import database as db

MAX_VIEWS: Final = 40  # of one person
MAX_NAME_LENGTH: Final = 60
_MAX_VALUE_LENGTH: Final = 200

_view = db.inbox_views.c


class ViewRefused(ValueError):  # noqa: N818  it is refused, not broken
    """
    The view isn't saved; `reason` chooses the words.

    nameless: it has no name. empty: no filter is chosen. too-many: the person has `MAX_VIEWS`.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class SavedView:
    """
    A saved view; `filters` are the address's parameters, `owner` is the login of the person who
    saved it.
    """

    id: str
    owner: str
    name: str
    is_shared: bool
    filters: Mapping[str, str]


class SavedViews:
    """Stores views; safe to share between threads and processes."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock

    def of(self, owner: str) -> tuple[SavedView, ...]:
        """Return a person's own views and the shared ones, by name."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(db.inbox_views)
                .where(or_(_view.owner == owner, _view.is_shared.is_(True)))
                .order_by(_view.name, _view.id)
            ).all()
        return tuple(map(_read, rows))

    def save(
        self, owner: str, name: str, filters: Mapping[str, str], *, is_shared: bool
    ) -> SavedView:
        """
        Save a view; the same person's view with this name is replaced.

        Raises:
            ViewRefused: the view has no name or no filter, or the person has too many views.
        """
        readable = one_line(name, MAX_NAME_LENGTH).strip()
        chosen = {key: value[:_MAX_VALUE_LENGTH] for key, value in filters.items() if value}
        if not readable:
            raise ViewRefused("nameless")
        if not chosen:
            raise ViewRefused("empty")
        view = SavedView(secrets.token_hex(8), owner, readable, is_shared, chosen)
        with db.writing(self._engine) as connection:
            same = (_view.owner == owner, _view.name == readable)
            connection.execute(delete(db.inbox_views).where(*same))
            own = select(func.count()).where(_view.owner == owner)
            if connection.execute(own).scalar_one() >= MAX_VIEWS:
                raise ViewRefused("too-many")
            connection.execute(
                insert(db.inbox_views),
                {
                    "id": view.id,
                    "owner": owner,
                    "name": readable,
                    "is_shared": is_shared,
                    "filters": json.dumps(chosen, ensure_ascii=False),
                    "created_at": db.stamp(self._clock()),
                },
            )
        return view

    def remove(self, view_id: str, *, owner: str | None) -> bool:
        """
        Delete a view if it belongs to `owner`, or to anybody if `owner` is None; False if there is
        none.
        """
        condition = [_view.id == view_id, *([] if owner is None else [_view.owner == owner])]
        with db.writing(self._engine) as connection:
            removed = connection.execute(delete(db.inbox_views).where(*condition))
            return bool(removed.rowcount)


def _read(row: Any) -> SavedView:  # noqa: ANN401
    return SavedView(row.id, row.owner, row.name, row.is_shared, json.loads(row.filters))
