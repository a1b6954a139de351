"""The tables of tickets: what was sent, what was added later, and what waits for delivery."""

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
    UniqueConstraint,
)

from intake.database.encrypted_columns import EncryptedBytes, EncryptedText
from intake.database.metadata import metadata

tickets = Table(
    "tickets",
    metadata,
    Column("reference", String(16), primary_key=True),
    # In the order of sending, whatever the clock did; the row id of `ticket_words` is the same.
    Column("number", Integer, nullable=False, unique=True),
    # Unique: two tabs that send at once still make one ticket.
    Column("draft_id", String(32), nullable=False, unique=True),
    Column("created_at", String(32), nullable=False, index=True),
    Column("language", String(8), nullable=False),
    Column("subject", EncryptedText, nullable=False),
    Column("customer", EncryptedText, nullable=False),
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
    Column("document", EncryptedText, nullable=False),
    Index(None, "state", "number"),
    Index(None, "queue", "number"),
    Index(None, "cause_code", "number"),
)

# The conversation after sending: a ticket's document never changes.
ticket_entries = Table(
    "ticket_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False),
    # Given by the writer: a second entry with the same key, such as a double tap, is refused.
    Column("key", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("author", String(16), nullable=False),
    Column("author_name", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", EncryptedText, nullable=False),
    Column("details", EncryptedText, nullable=False),  # a JSON object
    Column("is_internal", Boolean, nullable=False),  # for staff alone
    UniqueConstraint("reference", "key"),
)

# Who a ticket is from and what it is about, to recognise the same problem.
ticket_keys = Table(
    "ticket_keys",
    metadata,
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(8), primary_key=True),  # contact, host
    Column("value", String(255), primary_key=True),
    Index(None, "kind", "value"),
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
    Column("content", EncryptedBytes, nullable=False),
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
    Column("document", EncryptedText, nullable=False),
)

# Measurements that staff made of a ticket's target after it was sent.
ticket_probes = Table(
    "ticket_probes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("step_id", String(64), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("is_expected_known", Boolean, nullable=False),
    Column("document", EncryptedText),  # the diagnosis as JSON, None until it has ended
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False),
    Column("desk", String(64), nullable=False),
    Column(
        "about", String(80), nullable=False
    ),  # "" is the ticket, else the name of a later change
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
    Column("sending_since", String(32)),  # since when the outcome of a hand-over is unknown
    Column("left_out", String(16), nullable=False, server_default=""),  # see `handover.Level`
    Column("losses", Text),  # what the desk dropped, JSON; None until it was read back
    # A desk gets a ticket once, and each of its updates once.
    UniqueConstraint("reference", "desk", "about"),
    Index(None, "state", "next_attempt_at"),
)

# What a desk reported of its tickets: the state there, and what must be asked.
desk_changes = Table(
    "desk_changes",
    metadata,
    Column("desk", String(64), primary_key=True),
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), primary_key=True),
    Column("remote_id", Text, nullable=False),
    Column("state", String(16), nullable=False),  # open or solved, as last heard
    Column("noted_at", String(32)),  # when the desk last said that something changed
    Column(
        "due_at", String(32), index=True
    ),  # when to ask for the change; None if there is nothing to ask
    Column("attempts", Integer, nullable=False),
)

# Desks that take no tickets for now.
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
