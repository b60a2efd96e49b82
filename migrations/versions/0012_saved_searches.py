"""Saved searches, and whom each has found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both."""
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("rhythm", sa.String(length=40), nullable=False),
        sa.Column("next_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("told_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
    )
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_searches_user_id"), ["user_id"])
        batch_op.create_index(batch_op.f("ix_saved_searches_next_at"), ["next_at"])
    op.create_table(
        "saved_search_finds",
        sa.Column("saved_search_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("found_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_search_id"],
            ["saved_searches.id"],
            name=op.f("fk_saved_search_finds_saved_search_id_saved_searches"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_saved_search_finds_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("saved_search_id", "volunteer_id", name=op.f("pk_saved_search_finds")),
    )
    with op.batch_alter_table("saved_search_finds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_search_finds_volunteer_id"), ["volunteer_id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("saved_search_finds")
    op.drop_table("saved_searches")
