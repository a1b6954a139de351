"""The history of live versions: their files, a note, and who published them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Engine, Row, func, insert, select

from intake import database as db
from intake.journey.checklist import Checklist

Who = Literal["studio", "file"]
ROLLED_BACK = "rolled-back:"  # prefix of a note; the version's time follows
_MOST = 100  # versions shown of one file


@dataclass(frozen=True, slots=True)
class Publication:
    """
    A version that went live.

    `who`: published in the studio, or found as a file. `sources` are the texts it consists of, by
    file name; a section's version consists of its own text. `document` is the checklist as written
    by
    `Checklist.to_json`, None for a section.
    """

    id: int
    file: str
    version: str
    sources: Mapping[str, str]
    note: str
    who: Who
    at: datetime
    document: str | None = None

    @property
    def checklist(self) -> Checklist | None:
        """The checklist; None if this release can't read it, or reads a different version."""
        try:
            checklist = Checklist.from_json(self.document) if self.document else None
        except ValueError:
            return None
        # A release with other defaults may read a different checklist from the same document.
        return checklist if checklist and checklist.version == self.version else None

    @property
    def text(self) -> str:
        """The file's own text."""
        return self.sources.get(self.file, "")


class History:
    """The versions of every file, in the database."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock

    def record(  # noqa: PLR0913 - what a version consists of
        self,
        file: str,
        version: str,
        *,
        sources: Mapping[str, str],
        note: str,
        who: Who,
        checklist: Checklist | None = None,
    ) -> None:
        """Store a version that has just gone live."""
        with db.writing(self._engine) as connection:
            connection.execute(
                insert(db.publications),
                {
                    "file": file,
                    "version": version,
                    "document": checklist.to_json() if checklist else None,
                    "sources": json.dumps(dict(sources), ensure_ascii=False),
                    "note": note,
                    "who": who,
                    "at": db.stamp(self._clock()),
                },
            )

    def versions(self, file: str) -> list[Publication]:
        """Return a file's versions, the newest first."""
        rows = db.publications
        return self._read(
            select(rows).where(rows.c.file == file).order_by(rows.c.id.desc()).limit(_MOST)
        )

    def get(self, publication_id: int) -> Publication | None:
        """Return one version, or None."""
        publications = self._read(
            select(db.publications).where(db.publications.c.id == publication_id)
        )
        return publications[0] if publications else None

    def newest(self) -> dict[str, Publication]:
        """Return the last version of every file, in one query."""
        last = select(func.max(db.publications.c.id)).group_by(db.publications.c.file)
        publications = self._read(select(db.publications).where(db.publications.c.id.in_(last)))
        return {publication.file: publication for publication in publications}

    def last_good(self, file: str) -> Checklist | None:
        """Return the checklist as it last went live; None if never, or if it can't be read."""
        rows = db.publications
        statement = (
            select(rows.c.document)
            .where(rows.c.file == file, rows.c.document.is_not(None))
            .order_by(rows.c.id.desc())
            .limit(1)
        )
        with db.reading(self._engine) as connection:
            document = connection.execute(statement).scalar()
        try:
            return Checklist.from_json(document) if document else None
        except ValueError:
            return None

    def _read(self, statement: Any) -> list[Publication]:  # noqa: ANN401 - SQLAlchemy's own type
        with db.reading(self._engine) as connection:
            return [_publication(row) for row in connection.execute(statement).all()]


def _publication(row: Row[Any]) -> Publication:
    return Publication(
        id=row.id,
        file=row.file,
        version=row.version,
        sources=json.loads(row.sources),
        note=row.note,
        who=row.who,
        at=db.moment(row.at),
        document=row.document,
    )
