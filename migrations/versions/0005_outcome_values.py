"""The tables from outcome values to outcome values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outcome_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value_type", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("amount_home", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcomes.id"],
            name=op.f("fk_outcome_values_outcome_id_outcomes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_values")),
        sa.UniqueConstraint(
            "outcome_id",
            "year",
            "value_type",
            "basis",
            name=op.f("uq_outcome_values_outcome_id_year_value_type_basis"),
        ),
    )
    with op.batch_alter_table("outcome_values", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_values_outcome_id"), ["outcome_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("outcome_values")
