"""
The tables.

Documents are JSON in text columns; what is searched or sorted has a column of its own. Times are
ISO 8601 in UTC with microseconds (`stamp`): one width, so they sort as text.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from intake.database.encrypted_columns import EncryptedBytes, EncryptedText
from intake.database.metadata import metadata

checklist_versions = Table(
    "checklist_versions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("document", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("checklist_id", String(64), nullable=False),
    Column("checklist_version", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("status", String(8), nullable=False),
    Column("environment", EncryptedText, nullable=False),
    Column("reference", String(16), index=True),
    Column("revision", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    # For the hourly deleting of old drafts.
    Index(None, "status", "updated_at"),
)

# One row for each answer and check: a page and a background check never overwrite each other.
answers = Table(
    "answers",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("document", EncryptedText, nullable=False),
    Column("size_bytes", Integer, nullable=False),
)

check_runs = Table(
    "check_runs",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("document", EncryptedText, nullable=False),
)

# Other vantages' observations of a check's target: the customer's or a friend's browser, a worker.
check_views = Table(
    "check_views",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("viewer", String(64), primary_key=True),
    Column("target", Text, nullable=False),
    Column("document", EncryptedText, nullable=False),  # its observations, a JSON list
    Column("at", String(32), nullable=False),
)

# Links that a customer sends to friends: only the token's hash is stored.
friend_links = Table(
    "friend_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("step_id", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("results", Integer, nullable=False),
)

# The operator's programs in other networks, by name: only their tokens' hashes are stored.
probe_workers = Table(
    "probe_workers",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("place", String(80), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32)),
)

draft_files = Table(
    "draft_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("step_id", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", EncryptedBytes, nullable=False),
    Column("created_at", String(32), nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", String(160), nullable=False),
    Column("version", String(64), nullable=False),
    Column("document", Text),  # the checklist's expanded content; None for a section
    Column("sources", Text, nullable=False),  # its own file and its sections, JSON by name
    Column("note", Text, nullable=False),
    Column("who", String(16), nullable=False),
    Column("at", String(32), nullable=False),
    Index(None, "file", "id"),
)

working_copies = Table(
    "working_copies",
    metadata,
    Column("file", String(160), primary_key=True),
    Column("text", Text, nullable=False),
    Column("base", String(64), nullable=False),  # the file's SHA-256 when the author opened it
    Column("changed_at", String(32), nullable=False),
)

# How customers get on, for the authors: ids and times, nothing that anybody wrote. These rows
# outlive the draft, so they have no foreign key to it.
walks = Table(
    "walks",
    metadata,
    Column("id", String(32), primary_key=True),  # the draft's
    Column("checklist_id", String(64), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("outcome", String(8)),  # sent, solved, or None: neither
    Index(None, "checklist_id", "started_at"),
)

step_visits = Table(
    "step_visits",
    metadata,
    Column("walk_id", ForeignKey("walks.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("shown_at", String(32), nullable=False),
    Column("answered_at", String(32)),
    Column("changes", Integer, nullable=False),
    Column("is_unknown", Boolean, nullable=False),
)

# When things were last done, and proof that the database takes a write: one row for each name.
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", String(32), nullable=False),
)
