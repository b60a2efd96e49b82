"""Views of the queue that brokers keep, and acts on several needs held for a minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "held_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_held_acts_person_id_users")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_held_acts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_acts")),
    )
    with op.batch_alter_table("held_acts", schema=None) as batch_op:
        batch_op.create_index("ix_held_acts_user_due", ["user_id", "due_at"], unique=False)

    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )
    op.create_table(
        "held_needs",
        sa.Column("held_act_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["held_act_id"],
            ["held_acts.id"],
            name=op.f("fk_held_needs_held_act_id_held_acts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["needs.id"], name=op.f("fk_held_needs_need_id_needs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("held_act_id", "need_id", name=op.f("pk_held_needs")),
    )
    with op.batch_alter_table("held_needs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_needs_need_id"), ["need_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("held_needs", "held_acts", "saved_views"):
        op.drop_table(table)
