"""
The store of drafts, used at every step of the wizard.

Answers and checks have a row each, so that the customer's page and a background check write in
parallel without overwriting each other. Only the customer knows the secret token: its hash is
stored.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from diagnostics.texts import Language
from intake import database as db
from intake.drafts.pinned_checklists import PinnedChecklists
from intake.drafts.redacted_answers import redacted_rows
from intake.drafts.touch import DraftClosed, touch
from intake.drafts.visit_log import Visit, VisitLog, end_walk
from intake.journey.checklist import Checklist
from intake.journey.draft import Answer, CheckRun, Draft, Environment

Status = Literal["open", "sent", "solved"]

MAX_DRAFT_BYTES = 1024 * 1024  # all answers of a draft; ten times the longest text of a step
SMALL_ANSWER_BYTES = 2 * 1024  # smaller answers aren't summed up


class DraftTooLarge(ValueError):  # noqa: N818  as DraftClosed is
    """The answers together would be over MAX_DRAFT_BYTES; nothing was stored."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as stored in the database. `revision` grows with every change."""

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
    """Return the stored hash of a token: with 256 random bits SHA-256 can't be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


# Answers and checks in one statement: a page reads them at every run.
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
_SIZE = select(func.coalesce(func.sum(db.answers.c.size_bytes), 0)).where(
    db.answers.c.draft_id == bindparam("draft_id")
)
_answer = Answer.model_validate_json


class DraftStore:
    """Drafts in the database; safe to share between threads and processes."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine = engine
        self._clock = clock
        self._pinned = PinnedChecklists(engine)
        self._save_answer = db.upsert(engine, db.answers)
        self._save_check = db.upsert(engine, db.check_runs)
        self._visits = VisitLog(engine)

    def create(
        self, checklist: Checklist, draft: Draft, *, first: str | None = None
    ) -> tuple[str, str]:
        """
        Store a new draft with its checklist's content pinned to it; return (token, draft id).

        The token is the customer's secret link, for the draft and later for its ticket. `first` is
        the step shown first, for the statistics.
        """
        token, draft_id = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        at = db.stamp(self._clock())
        with db.writing(self._engine) as connection:
            self._pinned.pin(connection, checklist, at)
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
        # After the commit: a row that was rolled back must not be cached as stored.
        self._pinned.keep(checklist)
        return token, draft_id

    def find(self, token: str) -> StoredDraft | None:
        """Return the draft of a token, with its checks; None for an unknown token."""
        return self._load(_BY_TOKEN, hash_token(token))

    def get(self, draft_id: str) -> StoredDraft | None:
        """Return the draft of a public id, for our own threads: never for a visitor."""
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
            # Its parts are validated one by one; `model_construct` avoids a second validation.
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
        self,
        draft_id: str,
        step_id: str,
        answer: Answer,
        visit: Visit | None = None,
        *,
        no_secrets: Collection[str] = (),
    ) -> None:
        """
        Store one answer durably: it survives a crash of the machine.

        `visit` is recorded for the statistics. Secrets are masked, as in every answer, except
        `no_secrets`, which the customer said are none.

        Raises:
            DraftClosed: the draft was already sent, perhaps from another tab, or is unknown.
            DraftTooLarge: the draft would exceed its size limit.
        """
        with db.writing(self._engine) as connection:
            at = touch(connection, draft_id, self._clock())
            self._write_answers(connection, draft_id, {step_id: answer}, no_secrets)
            if visit is not None:
                self._visits.note(connection, draft_id, step_id, visit, at)

    def save_answers(self, draft_id: str, answers: Mapping[str, Answer]) -> None:
        """Store several answers, all or none. Raises the exceptions of `save_answer`."""
        with db.writing(self._engine) as connection:
            touch(connection, draft_id, self._clock())
            self._write_answers(connection, draft_id, answers)

    def set_language(self, draft_id: str, language: Language) -> None:
        """Store the language that the customer switched to. Raises DraftClosed if it was sent."""
        with db.writing(self._engine) as connection:
            self._change(connection, draft_id, language=language)

    def set_status(self, draft_id: str, status: Literal["open", "solved"]) -> None:
        """
        Mark a draft as solved without a ticket, or open again. Only sending makes a draft `sent`.

        Raises:
            DraftClosed: the draft was already sent, or is unknown.
        """
        with db.writing(self._engine) as connection:
            self._change(connection, draft_id, status=status)
            end_walk(connection, draft_id, "solved" if status == "solved" else None)

    def save_check(self, draft_id: str, run: CheckRun) -> bool:
        """Store a check, from any thread; False if the draft was sent or is gone."""
        with db.writing(self._engine) as connection:
            try:
                touch(connection, draft_id, self._clock())
            except DraftClosed:
                # A check that ends after sending is stored with the ticket (docs/decisions/0023).
                return False
            self._write_check(connection, draft_id, run)
        return True

    def pinned_checklist(self, checklist_id: str, version: str) -> Checklist:
        """
        Return the checklist that a draft began with.

        Raises:
            LookupError: no draft ever began with it.
        """
        return self._pinned.get(checklist_id, version)

    def count_open(self) -> dict[str, int]:
        """Return, per checklist, the number of drafts that are neither sent nor solved."""
        columns = db.drafts.c
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(columns.checklist_id, func.count())
                .where(columns.status == "open")
                .group_by(columns.checklist_id)
            ).all()
        return {row[0]: row[1] for row in rows}

    def newest_of(self, checklist_id: str, limit: int) -> list[StoredDraft]:
        """Return the drafts of a checklist that still have answers, most recently changed first."""
        columns = db.drafts.c
        # Answers are deleted a day after sending; drafts without any are useless here.
        has_answers = select(db.answers.c.draft_id).where(db.answers.c.draft_id == columns.id)
        with db.reading(self._engine) as connection:
            statement = (
                select(columns.id)
                .where(columns.checklist_id == checklist_id, has_answers.exists())
                .order_by(columns.updated_at.desc())
                .limit(limit)
            )
            ids = connection.execute(statement).scalars().all()
        return [draft for draft in map(self.get, ids) if draft is not None]

    def _change(self, connection: Connection, draft_id: str, **values: str) -> None:
        touch(connection, draft_id, self._clock())
        connection.execute(update(db.drafts).where(db.drafts.c.id == draft_id).values(**values))

    def _write_answers(
        self,
        connection: Connection,
        draft_id: str,
        answers: Mapping[str, Answer],
        no_secrets: Collection[str] = (),
    ) -> None:
        """Write answers; the only place that does, so secrets are masked here."""
        if not answers:
            return
        rows = redacted_rows(draft_id, answers, no_secrets)
        connection.execute(self._save_answer, rows)
        if all(row["size_bytes"] <= SMALL_ANSWER_BYTES for row in rows):
            return  # a checklist of 200 such answers is far below the limit
        # After writing, because the sum must include the new answers; the exception undoes them.
        if connection.execute(_SIZE, {"draft_id": draft_id}).scalar_one() > MAX_DRAFT_BYTES:
            raise DraftTooLarge(f"The answers are over {MAX_DRAFT_BYTES} bytes together")

    def _write_check(self, connection: Connection, draft_id: str, run: CheckRun) -> None:
        row = {"draft_id": draft_id, "step_id": run.step, "document": run.model_dump_json()}
        connection.execute(self._save_check, row)


@lru_cache(maxsize=128)
def _check_run(document: str) -> CheckRun:
    """Parse a check run, cached: reports are long and read at every rerun of a page."""
    return CheckRun.model_validate_json(document)


@lru_cache(maxsize=256)
def _environment(document: str) -> Environment:
    return Environment.model_validate_json(document)
