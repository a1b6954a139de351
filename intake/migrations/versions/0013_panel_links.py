"""Customers from the panel: tokens that are spent, visits that haven't begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "panel_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_panel_tokens")),
    )
    op.create_table(
        "panel_visits",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_panel_visits")),
    )


def downgrade() -> None:
    op.drop_table("panel_visits")
    op.drop_table("panel_tokens")
