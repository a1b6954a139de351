"""The table of incidents: what staff confirmed, what customers read, and how it ended."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from intake.database.metadata import metadata

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("same", String(8), nullable=False),  # a kind of `ticket_keys`, or ""
    Column("value", String(255), nullable=False),
    Column("since", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("text", Text, nullable=False),  # by language, a JSON object
    Column("opened_at", String(32), nullable=False),
    Column("opened_by", String(80), nullable=False),
    Column("closing_text", Text, nullable=False),
    Column("closed_at", String(32)),
    Column("closed_by", String(80), nullable=False),
    Index(None, "state", "opened_at"),
)
