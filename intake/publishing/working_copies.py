"""What authors are working on: kept in the database, so that a closed tab loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, delete, select

from intake import database as db


class CopyChanged(RuntimeError):  # noqa: N818 - a state, not a fault
    """Somebody else, or another tab, has changed the working copy meanwhile."""


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """
    A file as an author left it, not published yet.

    `base` is the print of the file on disk when the author opened it; `revision` grows with every
    change and tells two tabs apart.
    """

    file: str
    text: str
    base: str
    revision: str


class WorkingCopies:
    """One working copy a file, shared by all authors."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock
        self._put = db.upsert(engine, db.working_copies)

    def get(self, file: str) -> WorkingCopy | None:
        """The working copy of a file, if anybody works on it."""
        copies = db.working_copies
        with db.reading(self._engine) as connection:
            row = connection.execute(select(copies).where(copies.c.file == file)).first()
        return WorkingCopy(row.file, row.text, row.base, row.changed_at) if row else None

    def files(self) -> list[str]:
        """The files that somebody works on."""
        with db.reading(self._engine) as connection:
            return list(connection.execute(select(db.working_copies.c.file)).scalars())

    def keep(self, file: str, text: str, base: str, *, seen: str | None) -> WorkingCopy:
        """
        Keep a text; `seen` is the revision that it was made from, None for a first one.

        Raises:
            CopyChanged: the stored one is another; nothing was stored.
        """
        copies, revision = db.working_copies, db.stamp(self._clock())
        with db.writing(self._engine) as connection:
            stored = connection.execute(
                # On PostgreSQL the row is locked between look and write; SQLite's writer is alone
                # anyway.
                select(copies.c.changed_at).where(copies.c.file == file).with_for_update()
            ).scalar()
            if stored != seen:
                raise CopyChanged(file)
            row = {"file": file, "text": text, "base": base, "changed_at": revision}
            connection.execute(self._put, row)
        return WorkingCopy(file, text, base, revision)

    def drop(self, file: str) -> None:
        """Forget the working copy; nothing happens when there is none."""
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.working_copies).where(db.working_copies.c.file == file))
