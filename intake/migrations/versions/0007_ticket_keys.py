"""Tickets are known by their customer and by what they are about, to recognise the same problem."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_keys",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["tickets.reference"],
            name=op.f("fk_ticket_keys_reference_tickets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reference", "kind", "value", name=op.f("pk_ticket_keys")),
    )
    with op.batch_alter_table("ticket_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_keys_kind_value"), ["kind", "value"])


def downgrade() -> None:
    op.drop_table("ticket_keys")
