"""What is said of a ticket after it was sent, and the ticket's state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["tickets.reference"],
            name=op.f("fk_ticket_entries_reference_tickets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_entries")),
        sa.UniqueConstraint("reference", "key", name=op.f("uq_ticket_entries_reference_key")),
    )
    op.add_column(
        "tickets",
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
    )
    op.add_column("ticket_attachments", sa.Column("entry_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ticket_attachments", schema=None) as batch_op:
        batch_op.drop_column("entry_id")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("state")
    op.drop_table("ticket_entries")
