"""
The content of the checklists that drafts began with.

A checklist may be published again while a customer answers: the draft continues with its first
version. A version never changes, so it is cached in memory once read.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, select

from intake import database as db
from intake.journey.checklist import Checklist


class PinnedChecklists:
    """Checklists by id and version; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[tuple[str, str], Checklist] = {}
        self._insert = db.insert_if_missing(engine, db.checklist_versions)

    def pin(self, connection: Connection, checklist: Checklist, at: str) -> None:
        """Store a checklist's content in the caller's transaction, unless it is already stored."""
        if (checklist.id, checklist.version) in self._kept:
            return
        connection.execute(
            self._insert,
            {
                "id": checklist.id,
                "version": checklist.version,
                "document": checklist.to_json(),
                "created_at": at,
            },
        )

    def keep(self, checklist: Checklist) -> None:
        """Cache a checklist whose `pin` has been committed."""
        self._kept[checklist.id, checklist.version] = checklist

    def get(self, checklist_id: str, version: str) -> Checklist:
        """
        Read a checklist.

        Raises:
            LookupError: no draft ever began with it.
        """
        key = (checklist_id, version)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        versions = db.checklist_versions.c
        with db.reading(self._engine) as connection:
            document = connection.execute(
                select(versions.document).where(
                    versions.id == checklist_id, versions.version == version
                )
            ).scalar()
        if document is None:
            raise LookupError(f"No draft began with checklist {checklist_id!r} {version!r}")
        # Two threads may have read it at the same time; both continue with one object.
        return self._kept.setdefault(key, Checklist.from_json(document))
