"""
Claims decide which of several processes measures a target; the others read its result.

A claim is a lease by the database's clock, renewed while the diagnosis runs, so that the target of
a process that died is measured by another within seconds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, or_, select, update

from diagnostics import Options, Report
from intake import database as db
from intake.checks.shared_run import FRESH_FOR_S, RunKey
from intake.rate_limits import LimitUse, SharedLimiter

LEASE_MS: Final = 8_000
_KEPT_MS: Final = 3_600_000
_AHEAD_MS: Final = 60_000  # times further in the future are from before a clock was put back

_row = db.diagnosis_claims.c
_AGE = (db.database_ms() - _row.started_ms).label("age_ms")
_IS_DEAD = (_row.ended_ms.is_(None) & (_row.lease_until_ms < db.database_ms())).label("is_dead")


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """
    A diagnosis as stored in the database: its age and its result.

    `is_dead`: its lease has expired, and it has no result.
    """

    age_s: float
    has_ended: bool
    is_dead: bool
    report: Report | None
    why_failed: str


@dataclass(frozen=True, slots=True)
class ClaimAttempt:
    """The result of trying to claim a target: our claim, another's run, or a spent budget."""

    claim: str = ""
    other: ClaimedRun | None = None
    refused: LimitUse | None = None


class DiagnosisClaims:
    """
    The claims in one database, among processes that measure with the same options.

    A process with other options (another panel, other resolvers) doesn't share results: a report
    contains texts that depend on its settings.
    """

    def __init__(self, engine: Engine, options: Options) -> None:
        self._engine = engine
        self._measured_with = hashlib.sha256(repr(options).encode()).hexdigest()

    def try_claim(
        self, key: RunKey, *, again: bool, limiter: SharedLimiter, uses: Sequence[LimitUse]
    ) -> ClaimAttempt:
        """
        Claim a target and use its budgets, in one transaction; or return why not.

        `again`: an existing result isn't accepted. If a budget is spent, the last result is
        returned
        with it, if there is one.

        Raises:
            StorageError: the database can't be written now.
        """
        refused = limiter.exhausted_in_memory(*uses)
        if refused is None:
            with db.writing(self._engine) as connection:
                claim = self._claim(connection, key, again=again)
                if (
                    claim
                    and (refused := limiter.spend_in_transaction(connection, uses)) is not None
                ):
                    connection.rollback()  # undoes the claim as well as the use
            if claim and refused is None:
                limiter.note(*uses)
                return ClaimAttempt(claim)
        other = self.progress_of([key]).get(key)
        if refused is not None and (other is None or not _serves(other, again=again)):
            return ClaimAttempt(refused=refused, other=other)
        return ClaimAttempt(other=other)

    def progress_of(self, keys: Collection[RunKey]) -> dict[RunKey, ClaimedRun]:
        """Return the runs of these keys; unclaimed and forgotten ones are missing."""
        by_hash = {self._hashed(key): key for key in keys}
        statement = select(
            _row.key, _AGE, _row.ended_ms, _IS_DEAD, _row.document, _row.why_failed
        ).where(_row.key.in_(by_hash))
        with db.reading(self._engine) as connection:
            rows = connection.execute(statement).all()
        return {by_hash[row.key]: _claimed_run(row) for row in rows}

    def renew(self, claims: Collection[str]) -> int:
        """Extend the leases of running diagnoses; return how many are still ours."""
        with db.writing(self._engine) as connection:
            renewed = connection.execute(
                update(db.diagnosis_claims)
                .where(_row.holder.in_(claims), _row.ended_ms.is_(None))
                .values(lease_until_ms=db.database_ms() + LEASE_MS)
            )
        return renewed.rowcount

    def finish(self, claim: str, report: Report | None, why_failed: str = "") -> None:
        """Store the result for those who wait in other processes."""
        document = None if report is None else json.dumps(report.model_dump(mode="json"))
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.diagnosis_claims)
                .where(_row.holder == claim)
                .values(ended_ms=db.database_ms(), document=document, why_failed=why_failed)
            )

    def release(self, claims: Collection[str]) -> None:
        """Delete the claims of a process that stops, so that others measure."""
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.diagnosis_claims).where(_row.holder.in_(claims), _row.ended_ms.is_(None))
            )

    def _claim(self, connection: Connection, key: RunKey, *, again: bool) -> str:
        """Return the name of our claim, or "" if another's run can be used."""
        holder, now = secrets.token_urlsafe(12), db.database_ms()
        row = db.insert_into(self._engine, db.diagnosis_claims).values(
            key=self._hashed(key), holder=holder, started_ms=now, lease_until_ms=now + LEASE_MS
        )
        is_old = or_(
            _row.started_ms < now - int(FRESH_FOR_S * 1000),
            _row.started_ms > now + _AHEAD_MS,
            _row.document.is_(None),
        )
        is_free = or_(
            _row.ended_ms.is_not(None) if again else _row.ended_ms.is_not(None) & is_old,
            _row.ended_ms.is_(None) & (_row.lease_until_ms < now),
            _row.lease_until_ms > now + _AHEAD_MS,
        )
        taken = connection.execute(
            row.on_conflict_do_update(
                index_elements=[_row.key],
                set_={
                    "holder": row.excluded.holder,
                    "started_ms": now,
                    "lease_until_ms": now + LEASE_MS,
                    "ended_ms": None,
                },
                where=is_free,
            ).returning(_row.holder)
        ).first()
        return holder if taken is not None else ""

    def _hashed(self, key: RunKey) -> str:
        parts = (self._measured_with, key.kind, key.scheme, key.host, key.port, key.path)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _serves(run: ClaimedRun, *, again: bool) -> bool:
    if not run.has_ended:
        return not run.is_dead
    return not again and run.report is not None and run.age_s < FRESH_FOR_S


def _claimed_run(row: Any) -> ClaimedRun:  # noqa: ANN401 - SQLAlchemy's row
    report = None if row.document is None else Report.model_validate(json.loads(row.document))
    return ClaimedRun(
        age_s=row.age_ms / 1000,
        has_ended=row.ended_ms is not None,
        is_dead=bool(row.is_dead),
        report=report,
        why_failed=row.why_failed or "",
    )


def forget_old_claims(engine: Engine) -> int:
    """Delete results that are no longer used; return how many."""
    with db.writing(engine) as connection:
        done = connection.execute(
            delete(db.diagnosis_claims).where(_row.started_ms < db.database_ms() - _KEPT_MS)
        )
    return done.rowcount
