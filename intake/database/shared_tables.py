"""
The tables that the processes on one database share at run time; nothing in them
outlives a day.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from intake.database.encrypted_columns import EncryptedText
from intake.database.metadata import metadata

# When something limited was last used, newest first, 13 digits each; the key is a hash.
rate_budgets = Table(
    "rate_budgets",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("times", Text, nullable=False),
    Column("until_ms", BigInteger, nullable=False, index=True),
)

# The process that measures a target, and its result. Times are the database's (`database_ms`).
diagnosis_claims = Table(
    "diagnosis_claims",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("started_ms", BigInteger, nullable=False, index=True),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("document", EncryptedText),  # the report, JSON; None while it runs, or where it failed
    Column("why_failed", Text),
)
