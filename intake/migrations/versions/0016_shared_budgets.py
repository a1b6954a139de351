"""Budgets and diagnoses that several processes share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_budgets",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_budgets")),
    )
    op.create_index(op.f("ix_rate_budgets_until_ms"), "rate_budgets", ["until_ms"])
    op.create_table(
        "diagnosis_claims",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("why_failed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_diagnosis_claims")),
    )
    op.create_index(op.f("ix_diagnosis_claims_started_ms"), "diagnosis_claims", ["started_ms"])


def downgrade() -> None:
    op.drop_table("diagnosis_claims")
    op.drop_table("rate_budgets")
