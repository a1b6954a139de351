"""The active alarms in the database, counted for every process."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from intake import database as db


def count_alarms(engine: Engine) -> int:
    """Return how many reported faults aren't over."""
    with db.reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(db.alarms)).scalar_one()
