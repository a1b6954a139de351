"""Examine what is stored: the database, its backups, the deliveries; read, never migrated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, func, make_url, select, text

from diagnostics.texts import LANGUAGES
from intake import database as db
from intake.database.stored_keys import missing_keys
from intake.operations.doctor.diagnosis import Examination, bad, good, warning
from intake.operations.heartbeats import BACKUP_HEARTBEAT, last_heartbeat
from intake.outbox import DeskPauses, undelivered
from intake.settings import Settings, SettingsError
from intake.wiring.database import require_keys

_BACKUP_OLD: Final = timedelta(days=2)
_LATE_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OpenedDatabase:
    """The database if it can be read; `is_current`: its tables are those of this release."""

    engine: Engine | None
    is_current: bool
    examinations: tuple[Examination, ...]


def examine_database(settings: Settings) -> OpenedDatabase:
    """Open the database and check that it is intact; nothing is created or changed."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        return _unusable(warning("database", "database-new"))
    try:
        db.use_encryption_keys(settings.encryption_key_words)
        engine = db.open_database(settings.database)
        with db.reading(engine) as connection:
            if mistake := _damage(engine, connection):
                return _unusable(bad("database", "database-damaged", why=mistake))
            opened = _examine_tables(engine, connection)
        if opened.is_current:
            require_keys(missing_keys(engine))
    except SettingsError as error:
        why = {language: error.words(language) for language in LANGUAGES}
        return _unusable(bad("database", "database-no-key", why=why))
    except (db.StorageError, OSError) as error:
        return _unusable(bad("database", "database-refuses", why=error))
    return opened


def _examine_tables(engine: Engine, connection: Connection) -> OpenedDatabase:
    revision = db.stored_revision(connection)
    if revision is None:
        return _unusable(warning("database", "database-new"))
    if revision not in db.known_revisions():
        return _unusable(bad("database", "database-newer"))
    count = connection.execute(select(func.count()).select_from(db.tickets)).scalar_one()
    whole = good("database", "database-good", tickets=count)
    if revision != db.newest_revision():
        return OpenedDatabase(
            engine, is_current=False, examinations=(whole, warning("database", "database-old"))
        )
    return OpenedDatabase(engine, is_current=True, examinations=(whole,))


def _unusable(examination: Examination) -> OpenedDatabase:
    return OpenedDatabase(None, is_current=False, examinations=(examination,))


def _damage(engine: Engine, connection: Connection) -> str:
    """Return what SQLite says is wrong with the file; PostgreSQL has checksums of its own."""
    if engine.dialect.name != "sqlite":
        return ""
    result = str(connection.execute(text("PRAGMA integrity_check(1)")).scalar())
    return "" if result == "ok" else result


def newest_moment(engine: Engine) -> datetime | None:
    """
    Return the newest stored time; a correct clock is never behind it. None if nothing
    is stored.
    """
    columns = (db.drafts.c.updated_at, db.tickets.c.created_at, db.ticket_entries.c.at)
    with db.reading(engine) as connection:
        times = [connection.execute(select(func.max(column))).scalar() for column in columns]
    return max((db.moment(time) for time in times if time), default=None)


def examine_backups(engine: Engine) -> Iterator[Examination]:
    """Check when the last backup was made."""
    at = last_heartbeat(engine, BACKUP_HEARTBEAT)
    if at is None:
        with db.reading(engine) as connection:
            first = connection.execute(select(db.tickets.c.number).limit(1)).first()
        if first is not None:
            yield warning("backup", "backup-never")
        return
    is_old = db.utc_now() - at > _BACKUP_OLD
    make, code = (warning, "backup-old") if is_old else (good, "backup-good")
    yield make("backup", code, at=f"{at:%Y-%m-%d %H:%M}")


def examine_deliveries(engine: Engine) -> Iterator[Examination]:
    """Report paused desks, late deliveries and parked deliveries."""
    for pause in DeskPauses(engine).all().values():
        until = f"{pause.until:%Y-%m-%d %H:%M}"
        yield bad("desks", "desks-paused", desk=pause.desk, until=until, why=pause.why)
    for row in undelivered(engine):
        since = f"{row.oldest_at:%Y-%m-%d %H:%M}"
        if row.state == "parked":
            yield bad("desks", "desks-parked", desk=row.desk, count=row.count)
        elif db.utc_now() - row.oldest_at > _LATE_AFTER:
            yield bad("desks", "desks-late", desk=row.desk, since=since)
