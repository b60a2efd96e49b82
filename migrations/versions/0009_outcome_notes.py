"""The thread of a disputed outcome."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from network.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "outcome_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_outcome_notes_author_id_users")),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcomes.id"],
            name=op.f("fk_outcome_notes_outcome_id_outcomes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_notes")),
    )
    with op.batch_alter_table("outcome_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_notes_outcome_id"), ["outcome_id"], unique=False)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("outcome_notes")
