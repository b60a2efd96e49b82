"""Missions, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "missions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"], ["chapters.id"], name=op.f("fk_missions_chapter_id_chapters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missions")),
    )
    with op.batch_alter_table("missions", schema=None) as batch_op:
        for name in ("chapter_id", "market", "starts_on"):
            batch_op.create_index(batch_op.f(f"ix_missions_{name}"), [name], unique=False)
    for noun in ("introduction", "outcome"):
        table = f"mission_{noun}s"
        op.create_table(
            table,
            sa.Column(f"{noun}_id", sa.Integer(), nullable=False),
            sa.Column("mission_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                [f"{noun}_id"],
                [f"{noun}s.id"],
                name=op.f(f"fk_{table}_{noun}_id_{noun}s"),
                ondelete="CASCADE",
            ),
            sa.ForeignKeyConstraint(
                ["mission_id"],
                ["missions.id"],
                name=op.f(f"fk_{table}_mission_id_missions"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint(f"{noun}_id", name=op.f(f"pk_{table}")),
        )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_mission_id"), ["mission_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("mission_outcomes")
    op.drop_table("mission_introductions")
    op.drop_table("missions")
