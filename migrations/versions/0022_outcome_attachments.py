"""Papers that bear an outcome out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "outcome_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored", sa.String(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcomes.id"],
            name=op.f("fk_outcome_attachments_outcome_id_outcomes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["users.id"], name=op.f("fk_outcome_attachments_uploaded_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_attachments")),
        sa.UniqueConstraint("stored", name=op.f("uq_outcome_attachments_stored")),
    )
    with op.batch_alter_table("outcome_attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_attachments_outcome_id"), ["outcome_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("outcome_attachments")
