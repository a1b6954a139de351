"""The files of drafts, stored with their content until sending moves them into the ticket."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Engine, delete, func, insert, select

from intake import database as db
from intake.drafts import file_rules as rules
from intake.drafts.file_preparation import PreparedFile, prepare_file
from intake.drafts.file_rules import DraftFile, FileRefused
from intake.drafts.touch import touch

_COLUMNS = (
    db.draft_files.c.id,
    db.draft_files.c.step_id,
    db.draft_files.c.name,
    db.draft_files.c.media_type,
    db.draft_files.c.size_bytes,
    db.draft_files.c.sha256,
)


class DraftFiles:
    """Files in the database; safe to share between threads and processes."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def add(
        self,
        draft_id: str,
        step_id: str,
        name: str,
        content: bytes,
        *,
        may_hold_secrets: bool = False,
    ) -> DraftFile:
        """
        Store a customer's file; its type is detected from its content.

        Pictures are decoded and encoded again. Secrets in its name and, if it is text, in its
        content
        are masked; `masked` of the result is their number. `may_hold_secrets`: the customer said
        that
        there are none.

        The same content at the same step is stored once: then the existing file is returned.

        Raises:
            FileRefused: empty, or over a limit; its `reason` says which.
            DraftClosed: the draft was already sent, or is unknown.
        """
        prepared = prepare_file(name, content, may_hold_secrets=may_hold_secrets)
        file = _draft_file(step_id, prepared)
        with db.writing(self._engine) as connection:
            # First: it locks the draft, so that parallel uploads are counted one after the other.
            at = touch(connection, draft_id, self._clock())
            kept = _same_file(connection, draft_id, file)
            if kept is not None:
                return kept
            _check_limits(connection, draft_id, file)
            connection.execute(
                insert(db.draft_files),
                {
                    "id": file.id,
                    "draft_id": draft_id,
                    "step_id": step_id,
                    "name": file.name,
                    "media_type": file.media_type,
                    "size_bytes": file.size_bytes,
                    "sha256": file.sha256,
                    "content": prepared.content,
                    "created_at": at,
                },
            )
        return file

    def list(self, draft_id: str) -> list[DraftFile]:
        """Return the draft's files in the order of their arrival, without content."""
        columns = db.draft_files.c
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(*_COLUMNS)
                .where(columns.draft_id == draft_id)
                .order_by(columns.created_at, columns.id)
            ).all()
        return [DraftFile(*row) for row in rows]

    def remove(self, draft_id: str, file_id: str) -> None:
        """
        Delete a file of this draft; does nothing if it doesn't exist.

        Raises:
            DraftClosed: the draft was already sent, or is unknown.
        """
        columns = db.draft_files.c
        with db.writing(self._engine) as connection:
            touch(connection, draft_id, self._clock())
            connection.execute(
                # The id comes from a page, so the file might be another draft's.
                delete(db.draft_files).where(columns.id == file_id, columns.draft_id == draft_id)
            )


def _draft_file(step_id: str, file: PreparedFile) -> DraftFile:
    return DraftFile(
        id=secrets.token_urlsafe(16),
        step_id=step_id,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        masked=file.masked,
    )


def _same_file(connection: Connection, draft_id: str, file: DraftFile) -> DraftFile | None:
    columns = db.draft_files.c
    row = connection.execute(
        select(*_COLUMNS).where(
            columns.draft_id == draft_id,
            columns.step_id == file.step_id,
            columns.sha256 == file.sha256,
        )
    ).first()
    return None if row is None else DraftFile(*row)


def _check_limits(connection: Connection, draft_id: str, file: DraftFile) -> None:
    columns = db.draft_files.c
    count, total = connection.execute(
        select(func.count(), func.coalesce(func.sum(columns.size_bytes), 0)).where(
            columns.draft_id == draft_id
        )
    ).one()
    if count >= rules.MAX_FILES:
        raise FileRefused("too-many", file.name, rules.MAX_FILES)
    if total + file.size_bytes > rules.MAX_FILES_BYTES:
        raise FileRefused("too-much", file.name, rules.MAX_FILES_BYTES)
