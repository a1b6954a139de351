"""The tables of programs and panels: tokens, requests by key, tickets' senders, visits."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from intake.database.encrypted_columns import EncryptedText
from intake.database.metadata import metadata

# Only the hash of a token is stored.
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),  # a JSON list
    Column("per_minute", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32)),
)

# Two days of requests, by the key that their program gave them.
api_requests = Table(
    "api_requests",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("draft", String(64), nullable=False),  # its secret token; "" until there is one
    Column("answer", Text, nullable=False),  # JSON; "" while it is being answered
    Column("at", String(32), nullable=False, index=True),
)

# The program that sent a ticket may read it; the token's name outlives the token.
api_tickets = Table(
    "api_tickets",
    metadata,
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), primary_key=True),
    Column("token", String(32), nullable=False),
)

# Used tokens of the panel's links, until they expire: each lets a customer in once.
panel_tokens = Table(
    "panel_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("until", String(32), nullable=False),
)

# What a panel said of a customer who hasn't begun yet; for two hours.
panel_visits = Table(
    "panel_visits",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("document", EncryptedText, nullable=False),
    Column("created_at", String(32), nullable=False),
)
