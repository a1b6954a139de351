"""The tables of monitoring: the canary's walks, and the active alarms."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from intake.database.metadata import metadata

# The newest walks of `intake canary`, some hundreds.
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
    Column("what", Text, nullable=False),  # the words that were reported
)
