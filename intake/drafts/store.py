"""
The store of drafts: the wizard's hot path.

One row an answer and one row a check, so that the customer's page and a background check write
side by side without losing each other's work. The secret token is known to the customer alone:
only its hash is stored.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from intake import database as db
from intake.drafts import files as rules
from intake.drafts.figures import Figures, figures_of
from intake.drafts.files import DraftFile, FileRefused
from intake.drafts.visits import KEPT_FOR, Visit, Visits, end_walk, forget_walks
from intake.journey.checklist import Checklist
from intake.journey.draft import Answer, CheckRun, Draft, Environment

Status = Literal["open", "sent", "solved"]
Clock = Callable[[], datetime]

MAX_DRAFT_BYTES = 1024 * 1024  # all answers of one draft; ten times a step's longest text

SMALL_ANSWER_BYTES = 2 * 1024  # not worth adding up


class DraftClosed(RuntimeError):  # noqa: N818  a state, not a fault
    """The draft was sent (its ticket says the rest) or is gone: nothing more is taken into it."""


class DraftTooLarge(ValueError):  # noqa: N818  see DraftClosed
    """The answers together would be over MAX_DRAFT_BYTES; nothing was stored."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it is in the database. `revision` grows with every change."""

    id: str
    token_hash: str
    checklist_id: str
    checklist_version: str
    draft: Draft
    status: Status
    reference: str | None
    created_at: datetime
    updated_at: datetime
    revision: int


def hash_token(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain SHA-256 can't be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


_PARTS = union_all(
    select(literal("answer").label("kind"), db.answers.c.step_id, db.answers.c.document).where(
        db.answers.c.draft_id == bindparam("draft_id")
    ),
    select(literal("check").label("kind"), db.check_runs.c.step_id, db.check_runs.c.document).where(
        db.check_runs.c.draft_id == bindparam("draft_id")
    ),
)
_BY_TOKEN = select(db.drafts).where(db.drafts.c.token_hash == bindparam("key"))
_BY_ID = select(db.drafts).where(db.drafts.c.id == bindparam("key"))
_CHECKS = select(db.check_runs.c.document).where(db.check_runs.c.draft_id == bindparam("draft_id"))
_SIZE = select(func.coalesce(func.sum(db.answers.c.size_bytes), 0)).where(
    db.answers.c.draft_id == bindparam("draft_id")
)
_TOUCH = (
    update(db.drafts)
    .where(db.drafts.c.id == bindparam("draft"), db.drafts.c.status != "sent")
    .values(updated_at=bindparam("at"), revision=db.drafts.c.revision + 1)
)
_FILE_COLUMNS = (
    db.draft_files.c.id,
    db.draft_files.c.step_id,
    db.draft_files.c.name,
    db.draft_files.c.media_type,
    db.draft_files.c.size_bytes,
    db.draft_files.c.sha256,
)


class DraftStore:
    """Drafts in the database; safe to share between threads and processes."""

    def __init__(self, engine: Engine, *, clock: Clock = _now) -> None:
        self._engine = engine
        self._clock = clock
        self._pinned: dict[tuple[str, str], Checklist] = {}
        self._save_answer = db.upsert(engine, db.answers)
        self._save_check = db.upsert(engine, db.check_runs)
        self._pin = db.insert_if_missing(engine, db.checklist_versions)
        self._visits = Visits(engine)

    def create(
        self, checklist: Checklist, draft: Draft, *, first: str | None = None
    ) -> tuple[str, str]:
        """
        Store a new draft, its checklist's content pinned to it; returns (token, draft id).

        The token is the customer's one secret link, for the draft and later for its ticket.
        `first` is the step that comes on screen, for the figures.
        """
        token, draft_id = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        at = db.stamp(self._clock())
        with db.writing(self._engine) as connection:
            if (checklist.id, checklist.version) not in self._pinned:
                connection.execute(
                    self._pin,
                    {
                        "id": checklist.id,
                        "version": checklist.version,
                        "document": checklist.to_json(),
                        "created_at": at,
                    },
                )
            connection.execute(
                insert(db.drafts),
                {
                    "id": draft_id,
                    "token_hash": hash_token(token),
                    "checklist_id": checklist.id,
                    "checklist_version": checklist.version,
                    "language": draft.language,
                    "status": "open",
                    "environment": draft.environment.model_dump_json(),
                    "reference": None,
                    "revision": 1,
                    "created_at": at,
                    "updated_at": at,
                },
            )
            self._visits.begin(connection, draft_id, checklist.id, at, first)
            self._write_answers(connection, draft_id, draft.answers)
            for run in draft.checks.values():
                self._write_check(connection, draft_id, run)
        self._pinned[checklist.id, checklist.version] = checklist
        return token, draft_id

    def find(self, token: str) -> StoredDraft | None:
        """The draft of a token, with its checks; None for an unknown token."""
        return self._load(_BY_TOKEN, hash_token(token))

    def get(self, draft_id: str) -> StoredDraft | None:
        """The draft of a public id, for our own threads: never for a visitor."""
        return self._load(_BY_ID, draft_id)

    def _load(self, statement: Any, key: str) -> StoredDraft | None:  # noqa: ANN401
        with db.reading(self._engine) as connection:
            row = connection.execute(statement, {"key": key}).first()
            if row is None:
                return None
            parts = connection.execute(_PARTS, {"draft_id": row.id}).all()
        return StoredDraft(
            id=row.id,
            token_hash=row.token_hash,
            checklist_id=row.checklist_id,
            checklist_version=row.checklist_version,
            draft=Draft.model_construct(
                language=row.language,
                answers={step: _answer(text) for kind, step, text in parts if kind == "answer"},
                checks={step: _check_run(text) for kind, step, text in parts if kind == "check"},
                environment=_environment(row.environment),
            ),
            status=row.status,
            reference=row.reference,
            created_at=db.moment(row.created_at),
            updated_at=db.moment(row.updated_at),
            revision=row.revision,
        )

    def save_answer(
        self, draft_id: str, step_id: str, answer: Answer, visit: Visit | None = None
    ) -> None:
        """
        Store one answer; when this returns it outlives a crash of the machine.

        `visit` is what the figures keep of it.

        Raises:
            DraftClosed: the draft was sent already, perhaps from another tab, or is unknown.
            DraftTooLarge: the draft would be over its size.
        """
        with db.writing(self._engine) as connection:
            at = self._touch(connection, draft_id)
            self._write_answers(connection, draft_id, {step_id: answer})
            if visit is not None:
                self._visits.note(connection, draft_id, step_id, visit, at)

    def save_answers(self, draft_id: str, answers: Mapping[str, Answer]) -> None:
        """Store several answers, all or none; see `save_answer`."""
        with db.writing(self._engine) as connection:
            self._touch(connection, draft_id)
            self._write_answers(connection, draft_id, answers)

    def save_environment(self, draft_id: str, environment: Environment) -> None:
        """Replace what the customer's request told."""
        self._change(draft_id, environment=environment.model_dump_json())

    def set_language(self, draft_id: str, language: Literal["en", "ru"]) -> None:
        """The customer switched the language."""
        self._change(draft_id, language=language)

    def set_status(self, draft_id: str, status: Literal["open", "solved"]) -> None:
        """Solved without a ticket, or open again. Only sending makes a draft `sent`."""
        with db.writing(self._engine) as connection:
            self._touch(connection, draft_id)
            values = {"status": status}
            connection.execute(update(db.drafts).where(db.drafts.c.id == draft_id).values(**values))
            end_walk(connection, draft_id, "solved" if status == "solved" else None)

    def save_check(self, draft_id: str, run: CheckRun) -> None:
        """
        Store a check as far as it has come; from any thread.

        A check that ends after the draft was sent is dropped: the ticket is written once.
        """
        with db.writing(self._engine) as connection:
            try:
                self._touch(connection, draft_id)
            except DraftClosed:
                return
            self._write_check(connection, draft_id, run)

    def load_checks(self, draft_id: str) -> dict[str, CheckRun]:
        """The checks by step id: what a waiting page asks for again and again."""
        with db.reading(self._engine) as connection:
            documents = connection.execute(_CHECKS, {"draft_id": draft_id}).scalars().all()
        return {run.step: run for run in map(_check_run, documents)}

    def pinned_checklist(self, checklist_id: str, version: str) -> Checklist:
        """
        The checklist that a draft began with; it never changes, so it is kept in memory.

        Raises:
            LookupError: no draft ever began with it.
        """
        key = (checklist_id, version)
        found = self._pinned.get(key)
        if found is None:
            versions = db.checklist_versions.c
            with db.reading(self._engine) as connection:
                document = connection.execute(
                    select(versions.document).where(
                        versions.id == checklist_id, versions.version == version
                    )
                ).scalar()
            if document is None:
                raise LookupError(f"No draft began with checklist {checklist_id!r} {version!r}")
            found = self._pinned.setdefault(key, Checklist.from_json(document))
        return found

    def add_file(
        self, draft_id: str, step_id: str, name: str, content: bytes, media_type: str = ""
    ) -> DraftFile:
        """
        Keep a file of the customer's; its type is read from its bytes, never believed.

        `media_type`, the sender's claim, is ignored: the parameter is there to show that.

        Raises:
            FileRefused: empty, over a limit; its `reason` says which.
            DraftClosed: see `save_answer`.
        """
        del media_type
        clean = rules.sanitised_name(name)
        if not content:
            raise FileRefused("empty", clean, 1)
        if len(content) > rules.MAX_FILE_BYTES:
            raise FileRefused("too-large", clean, rules.MAX_FILE_BYTES)
        file = DraftFile(
            id=secrets.token_urlsafe(16),
            step_id=step_id,
            name=clean,
            media_type=rules.sniffed_type(content),
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        with db.writing(self._engine) as connection:
            self._touch(connection, draft_id)
            self._make_room(connection, draft_id, file)
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
                    "content": content,
                    "created_at": db.stamp(self._clock()),
                },
            )
        return file

    def files(self, draft_id: str) -> list[DraftFile]:
        """The draft's files in the order of their arrival, without content."""
        columns = db.draft_files.c
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(*_FILE_COLUMNS)
                .where(columns.draft_id == draft_id)
                .order_by(columns.created_at, columns.id)
            ).all()
        return [DraftFile(*row) for row in rows]

    def file_content(self, file_id: str) -> bytes | None:
        """A file's bytes; None when it was removed, or moved into the ticket by sending."""
        with db.reading(self._engine) as connection:
            content: bytes | None = connection.execute(
                select(db.draft_files.c.content).where(db.draft_files.c.id == file_id)
            ).scalar()
        return content

    def remove_file(self, draft_id: str, file_id: str) -> None:
        """Forget one file of this draft; nothing happens when it isn't there."""
        with db.writing(self._engine) as connection:
            self._touch(connection, draft_id)
            connection.execute(
                delete(db.draft_files).where(
                    db.draft_files.c.id == file_id, db.draft_files.c.draft_id == draft_id
                )
            )

    def count_open(self) -> dict[str, int]:
        """How many drafts of each checklist are neither sent nor solved."""
        columns = db.drafts.c
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(columns.checklist_id, func.count())
                .where(columns.status == "open")
                .group_by(columns.checklist_id)
            ).all()
        return {row[0]: row[1] for row in rows}

    def newest_of(self, checklist_id: str, limit: int) -> list[StoredDraft]:
        """The drafts of a checklist that still hold answers, those touched last first."""
        columns = db.drafts.c
        has_answers = select(db.answers.c.draft_id).where(db.answers.c.draft_id == columns.id)
        with db.reading(self._engine) as connection:
            ids = connection.execute(
                select(columns.id)
                .where(columns.checklist_id == checklist_id, has_answers.exists())
                .order_by(columns.updated_at.desc())
                .limit(limit)
            ).scalars()
            found = list(ids)
        return [draft for draft in map(self.get, found) if draft is not None]

    def figures(self, checklist_id: str) -> Figures:
        """How customers get on with a checklist, step by step, over all of its versions."""
        return figures_of(self._engine, checklist_id, self._clock())

    def forget_old(self, now: datetime, after: timedelta = timedelta(hours=24)) -> int:
        """
        Delete the drafts untouched for longer than `after`, and say how many.

        A sent draft keeps its row, which is the customer's link to the ticket; what it held
        stands in the ticket, so here its answers and measurements go.
        """
        untouched = db.drafts.c.updated_at < db.stamp(now - after)
        sent = select(db.drafts.c.id).where(untouched, db.drafts.c.status == "sent")
        with db.writing(self._engine) as connection:
            for table in (db.answers, db.check_runs, db.draft_files):
                connection.execute(delete(table).where(table.c.draft_id.in_(sent)))
            gone = connection.execute(
                delete(db.drafts).where(untouched, db.drafts.c.status != "sent")
            )
            forget_walks(connection, db.stamp(now - KEPT_FOR))
        return gone.rowcount

    def _touch(self, connection: Connection, draft_id: str) -> str:
        """First in every change, gives its time; on PostgreSQL it also locks the draft's row."""
        at = db.stamp(self._clock())
        if connection.execute(_TOUCH, {"draft": draft_id, "at": at}).rowcount == 0:
            raise DraftClosed(f"Draft {draft_id} was sent, or is gone")
        return at

    def _change(self, draft_id: str, **values: str) -> None:
        with db.writing(self._engine) as connection:
            self._touch(connection, draft_id)
            connection.execute(update(db.drafts).where(db.drafts.c.id == draft_id).values(**values))

    def _write_answers(
        self, connection: Connection, draft_id: str, answers: Mapping[str, Answer]
    ) -> None:
        if not answers:
            return
        rows = _answer_rows(draft_id, answers)
        connection.execute(self._save_answer, rows)
        if all(row["size_bytes"] <= SMALL_ANSWER_BYTES for row in rows):
            return  # a checklist of 200 such answers is far below the limit
        if connection.execute(_SIZE, {"draft_id": draft_id}).scalar_one() > MAX_DRAFT_BYTES:
            raise DraftTooLarge(f"The answers are over {MAX_DRAFT_BYTES} bytes together")

    def _write_check(self, connection: Connection, draft_id: str, run: CheckRun) -> None:
        row = {"draft_id": draft_id, "step_id": run.step, "document": run.model_dump_json()}
        connection.execute(self._save_check, row)

    def _make_room(self, connection: Connection, draft_id: str, file: DraftFile) -> None:
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


def _answer_rows(draft_id: str, answers: Mapping[str, Answer]) -> Sequence[dict[str, Any]]:
    documents = {step: answer.model_dump_json() for step, answer in answers.items()}
    return [
        {
            "draft_id": draft_id,
            "step_id": step,
            "document": document,
            "size_bytes": len(document.encode()),
        }
        for step, document in documents.items()
    ]


def _answer(document: str) -> Answer:
    return Answer.model_validate_json(document)


@lru_cache(maxsize=128)
def _check_run(document: str) -> CheckRun:
    """Reports are long and read at every rerun of a page; the model is frozen, so shared."""
    return CheckRun.model_validate_json(document)


@lru_cache(maxsize=256)
def _environment(document: str) -> Environment:
    return Environment.model_validate_json(document)
