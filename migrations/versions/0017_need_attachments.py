"""Papers that go with a need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and count what is in it on the need."""
    op.create_table(
        "need_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored", sa.String(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["needs.id"], name=op.f("fk_need_attachments_need_id_needs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["users.id"], name=op.f("fk_need_attachments_uploaded_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_attachments")),
        sa.UniqueConstraint("stored", name=op.f("uq_need_attachments_stored")),
    )
    with op.batch_alter_table("need_attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_attachments_need_id"), ["need_id"], unique=False)
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("papers", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.alter_column("papers", server_default=None, existing_type=sa.Integer())


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.drop_column("papers")
    op.drop_table("need_attachments")
