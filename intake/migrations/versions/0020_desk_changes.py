"""What desks said of their tickets: the state there, and whether somebody must look."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_changes",
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("noted_at", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["tickets.reference"],
            name=op.f("fk_desk_changes_reference"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("desk", "reference", name=op.f("pk_desk_changes")),
    )
    op.create_index(op.f("ix_desk_changes_due_at"), "desk_changes", ["due_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_desk_changes_due_at"), table_name="desk_changes")
    op.drop_table("desk_changes")
