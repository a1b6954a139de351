"""The tables of staff: users, their open sessions, the audit, and saved views."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from intake.database.encrypted_columns import EncryptedText
from intake.database.metadata import metadata

staff_users = Table(
    "staff_users",
    metadata,
    Column("login", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("roles", Text, nullable=False),  # a JSON list
    Column("password_hash", String(200), nullable=False),  # Argon2id, with its parameters
    Column("created_at", String(32), nullable=False),
)

# Only the hash of a session's token is stored: it is the key to every ticket.
staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),  # link, user, oidc
    Column("login", String(200), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("groups", Text, nullable=False),  # a JSON list, of an OIDC account
    Column("key", String(64), nullable=False),  # of the printed link: a hash of its token
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
)

# Rows outlive users and tickets, so they have no foreign keys.
staff_audit = Table(
    "staff_audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False, index=True),
    Column("login", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("about", String(200), nullable=False),
    Column("detail", String(200), nullable=False),
    Index(None, "about", "id"),
    Index(None, "login", "id"),
)

# Named sets of the inbox's filters: of one person, or of everybody.
inbox_views = Table(
    "inbox_views",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("owner", String(200), nullable=False, index=True),  # a login
    Column("name", String(80), nullable=False),
    Column("is_shared", Boolean, nullable=False),
    # A JSON object, as the address has them; a search may be for a customer.
    Column("filters", EncryptedText, nullable=False),
    Column("created_at", String(32), nullable=False),
)
