"""The tables of watching ourselves: what the canary saw, and which alarms are on."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from intake.database.metadata import metadata

# Each walk of `intake canary`; the newest some hundreds are kept.
canary_runs = Table(
    "canary_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False, index=True),
    Column("took_ms", Integer, nullable=False),
    Column("failed_step", String(16), nullable=False),  # "" where all went well
    Column("why", Text, nullable=False),
)

# Faults that are on now; a row goes when its fault is over.
alarms = Table(
    "alarms",
    metadata,
    Column("fault", String(120), primary_key=True),
    Column("since", String(32), nullable=False),
    Column("told_at", String(32), nullable=False),
    Column("what", Text, nullable=False),  # the words that were told
)
