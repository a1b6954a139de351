"""Desks: hand-overs without a known end, what a desk dropped, pauses, notices to the operator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("sending_since", sa.String(length=32), nullable=True))
    op.add_column(
        "outbox",
        sa.Column("left_out", sa.String(length=16), nullable=False, server_default=""),
    )
    op.add_column("outbox", sa.Column("losses", sa.Text(), nullable=True))
    op.create_table(
        "desk_pauses",
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("desk", name=op.f("pk_desk_pauses")),
    )
    op.create_table(
        "operator_notices",
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("cause", name=op.f("pk_operator_notices")),
    )


def downgrade() -> None:
    op.drop_table("operator_notices")
    op.drop_table("desk_pauses")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("losses")
        table.drop_column("left_out")
        table.drop_column("sending_since")
