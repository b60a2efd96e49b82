"""Mails that came in for a thread: the same one is taken once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "inbound_mails",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("received_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbound_mails")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("inbound_mails")
