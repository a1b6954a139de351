"""What other vantages saw of a check's target, and the links that let a friend look."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_views",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("step_id", sa.String(length=64), nullable=False),
        sa.Column("viewer", sa.String(length=64), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["drafts.id"],
            name=op.f("fk_check_views_draft_id_drafts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "step_id", "viewer", name=op.f("pk_check_views")),
    )
    op.create_table(
        "friend_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("step_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["drafts.id"],
            name=op.f("fk_friend_links_draft_id_drafts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_friend_links")),
    )
    with op.batch_alter_table("friend_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_friend_links_draft_id"), ["draft_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("friend_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_friend_links_draft_id"))

    op.drop_table("friend_links")
    op.drop_table("check_views")
