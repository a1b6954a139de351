"""The tables of tickets: what was sent, what came after it, and what waits for delivery."""

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

from intake.database.metadata import metadata
from intake.database.sealed_columns import SealedBytes, SealedText

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
    Column("subject", SealedText, nullable=False),
    Column("customer", SealedText, nullable=False),
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
    Column("document", SealedText, nullable=False),
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
    Column("text", SealedText, nullable=False),
    Column("details", SealedText, nullable=False),  # a JSON object
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
    Column("content", SealedBytes, nullable=False),
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
    Column("document", SealedText, nullable=False),
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
    Column("document", SealedText),  # the diagnosis as JSON, None until it has ended
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

# What a desk said of its tickets: the state there, and since when somebody must look.
desk_changes = Table(
    "desk_changes",
    metadata,
    Column("desk", String(64), primary_key=True),
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), primary_key=True),
    Column("remote_id", Text, nullable=False),
    Column("state", String(16), nullable=False),  # open or solved, as last heard
    Column("noted_at", String(32)),  # when the desk last said that something changed
    Column("due_at", String(32), index=True),  # when it is asked what; None: nothing is to ask
    Column("attempts", Integer, nullable=False),
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
