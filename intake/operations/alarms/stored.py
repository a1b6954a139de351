"""The alarms that are on, as every process may count them."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from intake import database as db


def count_alarms(engine: Engine) -> int:
    """How many faults were told that aren't over."""
    with db.reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(db.alarms)).scalar_one()
