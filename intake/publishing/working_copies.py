"""Authors' unpublished edits, stored in the database, so that a closed tab loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, delete, select

from intake import database as db


class CopyChanged(RuntimeError):  # noqa: N818 - a state, not a fault
    """The working copy was changed elsewhere, in another tab or by another author."""


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """
    An author's unpublished version of a file.

    `base` is the `print` of the file on disk when the author opened it; `revision` grows with every
    change and distinguishes two tabs.
    """

    file: str
    text: str
    base: str
    revision: str


class WorkingCopies:
    """One working copy per file, shared by all authors."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock
        self._put = db.upsert(engine, db.working_copies)

    def get(self, file: str) -> WorkingCopy | None:
        """Return the working copy of a file, or None."""
        copies = db.working_copies
        with db.reading(self._engine) as connection:
            row = connection.execute(select(copies).where(copies.c.file == file)).first()
        return WorkingCopy(row.file, row.text, row.base, row.changed_at) if row else None

    def files(self) -> list[str]:
        """Return the files that have a working copy."""
        with db.reading(self._engine) as connection:
            return list(connection.execute(select(db.working_copies.c.file)).scalars())

    def keep(self, file: str, text: str, base: str, *, seen: str | None) -> WorkingCopy:
        """
        Store a text; `seen` is the revision that it was made from, None for the first.

        Raises:
            CopyChanged: the stored revision is another; nothing was stored.
        """
        copies, revision = db.working_copies, db.stamp(self._clock())
        with db.writing(self._engine) as connection:
            stored = connection.execute(
                # PostgreSQL locks the row until the write; SQLite has a single writer anyway.
                select(copies.c.changed_at).where(copies.c.file == file).with_for_update()
            ).scalar()
            if stored != seen:
                raise CopyChanged(file)
            row = {"file": file, "text": text, "base": base, "changed_at": revision}
            connection.execute(self._put, row)
        return WorkingCopy(file, text, base, revision)

    def drop(self, file: str) -> None:
        """Delete the working copy, if there is one."""
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.working_copies).where(db.working_copies.c.file == file))
