"""The stored walks of the canary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, insert, select

from intake import database as db

_MAX_RUNS: Final = 500
_MAX_WHY_LENGTH: Final = 1_000
_run = db.canary_runs.c


@dataclass(frozen=True, slots=True)
class CanaryRun:
    """
    One walk: when it ended, how long it took, where and why it failed; `failed_step` is "" after
    success.
    """

    at: datetime
    took_ms: int
    failed_step: str = ""
    why: str = ""


def store_run(engine: Engine, run: CanaryRun) -> None:
    """
    Store a walk, and delete the oldest ones.

    Raises:
        StorageError: the database takes no write.
    """
    with db.writing(engine) as connection:
        row = {
            "took_ms": run.took_ms,
            "failed_step": run.failed_step,
            "why": run.why[:_MAX_WHY_LENGTH],
        }
        connection.execute(insert(db.canary_runs), {"at": db.stamp(run.at), **row})
        kept = select(_run.id).order_by(_run.id.desc()).limit(_MAX_RUNS).subquery()
        connection.execute(delete(db.canary_runs).where(_run.id.not_in(select(kept.c.id))))


def last_run(engine: Engine) -> CanaryRun | None:
    """Return the newest walk; None before the first."""
    return next(iter(runs(engine, 1)), None)


def runs(engine: Engine, limit: int) -> list[CanaryRun]:
    """Return the newest walks, newest first."""
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(db.canary_runs).order_by(_run.id.desc()).limit(limit)
        ).all()
    return [CanaryRun(db.moment(row.at), row.took_ms, row.failed_step, row.why) for row in rows]
