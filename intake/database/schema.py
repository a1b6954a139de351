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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# Alembic drops and changes a constraint by its name; unnamed ones are called differently by each
# database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
    Column("environment", Text, nullable=False),
    Column("reference", String(16)),
    Column("revision", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    # For the hourly deleting of old drafts.
    Index(None, "status", "updated_at"),
)

# One row an answer and one a check: a page and a background check never overwrite each other.
answers = Table(
    "answers",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("document", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
)

check_runs = Table(
    "check_runs",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("document", Text, nullable=False),
)

# What other vantages saw of a check's target: a browser of the customer's or a friend's, a worker.
check_views = Table(
    "check_views",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("viewer", String(64), primary_key=True),
    Column("target", Text, nullable=False),
    Column("document", Text, nullable=False),  # its observations, a JSON list
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
    Column("content", LargeBinary, nullable=False),
    Column("created_at", String(32), nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("reference", String(16), primary_key=True),
    # In the order of their sending, whatever the clock did; `ticket_words` has the same.
    Column("number", Integer, nullable=False, unique=True),
    # Unique: two tabs that send at once still make one ticket.
    Column("draft_id", String(32), nullable=False, unique=True),
    Column("created_at", String(32), nullable=False, index=True),
    Column("language", String(8), nullable=False),
    Column("subject", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("cause", Text),  # the verdict as JSON, None when nothing was measured
    Column("cause_code", String(80)),
    Column("priority", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("asked", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("sent_as", String(16), nullable=False),
    # Copies of what follows from the conversation, for lists.
    Column("state", String(16), nullable=False, server_default="open"),
    Column("owner", String(80), nullable=False, server_default=""),
    Column("document", Text, nullable=False),
    Index(None, "state", "number"),
    Index(None, "queue", "number"),
    Index(None, "cause_code", "number"),
)

# What is said of a ticket after it was sent: its document never changes.
ticket_entries = Table(
    "ticket_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False),
    # Who writes says it: the same twice is a second tap, and one entry.
    Column("key", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("author", String(16), nullable=False),
    Column("author_name", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("details", Text, nullable=False),  # a JSON object
    Column("is_internal", Boolean, nullable=False),  # for staff alone
    UniqueConstraint("reference", "key"),
)

ticket_attachments = Table(
    "ticket_attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("position", Integer, nullable=False),
    # None for a file of the ticket's own document.
    Column("entry_id", Integer),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("desk", String(64), nullable=False),
    Column("detail", Text, nullable=False),
)

# Checks that ended after their ticket was sent: a ticket's document never changes.
ticket_late_checks = Table(
    "ticket_late_checks",
    metadata,
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("document", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False),
    Column("desk", String(64), nullable=False),
    Column("about", String(80), nullable=False),  # "" is the ticket, else what came after it
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("first_attempt_at", String(32)),
    Column("next_attempt_at", String(32), nullable=False),
    Column("lease_id", String(32)),
    Column("lease_until", String(32)),
    Column("last_error", Text),
    Column("receipt", Text),  # the desk's own id, as soon as it is known
    Column("delivered_at", String(32)),
    Column("sending_since", String(32)),  # since when a hand-over has no known end
    Column("left_out", String(16), nullable=False, server_default=""),  # see `handover.Level`
    Column("losses", Text),  # what the desk dropped, JSON; None until it was read back
    # A desk gets a ticket once, and each of its updates once.
    UniqueConstraint("reference", "desk", "about"),
    Index(None, "state", "next_attempt_at"),
)

# Desks that take no ticket for now, whoever asks.
desk_pauses = Table(
    "desk_pauses",
    metadata,
    Column("desk", String(64), primary_key=True),
    Column("since", String(32), nullable=False),
    Column("until", String(32), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("why", Text, nullable=False),
)

operator_notices = Table(
    "operator_notices",
    metadata,
    Column("cause", String(200), primary_key=True),  # what the operator was mailed about
    Column("at", String(32), nullable=False),
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

# How customers get on, for the authors: ids and times, nothing that anybody said. These rows
# outlive the draft, so they don't point to it.
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
