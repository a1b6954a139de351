"""Second measurements of tickets' targets, and views of the inbox that staff saved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_probes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("step_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("is_expected_known", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["tickets.reference"],
            name=op.f("fk_ticket_probes_reference"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_probes")),
    )
    with op.batch_alter_table("ticket_probes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_probes_reference"), ["reference"])
    op.create_table(
        "inbox_views",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_views")),
    )
    with op.batch_alter_table("inbox_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_views_owner"), ["owner"])


def downgrade() -> None:
    op.drop_table("inbox_views")
    op.drop_table("ticket_probes")
