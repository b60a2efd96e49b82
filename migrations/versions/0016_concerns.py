"""What was reported about people and requests, and what was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "concerns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "dismissed",
                "upheld",
                "appealed",
                "confirmed",
                "overturned",
                name="concernstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "about",
            sa.Enum("volunteer", "need", name="concernabout", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rude",
                "dishonest",
                "advertising",
                "unsafe",
                "private",
                "other",
                name="concernkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum("warning", "stopped", "suspended", name="measure", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_action_by", sa.String(), nullable=True),
        sa.Column("next_action_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state_since", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_concerns_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_concerns_person_id_users")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_concerns_reporter_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concerns_next_action_at"), ["next_action_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_concerns_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concerns_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index("ix_concerns_state_next", ["state", "next_action_at"], unique=False)
        batch_op.create_index("ix_concerns_subject", ["about", "subject_id"], unique=False)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("concerns")
