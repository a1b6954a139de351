"""What the processes on one database share while they serve; nothing in it outlives a day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from intake.database.metadata import metadata
from intake.database.sealed_columns import SealedText

# When something limited was last used, newest first, 13 digits each; the key is a hash.
rate_budgets = Table(
    "rate_budgets",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("times", Text, nullable=False),
    Column("until_ms", BigInteger, nullable=False, index=True),
)

# Which process measures a target, and what it saw. Times are the database's (`database_ms`).
diagnosis_claims = Table(
    "diagnosis_claims",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("started_ms", BigInteger, nullable=False, index=True),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("document", SealedText),  # the report, JSON; None while it runs, or where it failed
    Column("why_failed", Text),
)
