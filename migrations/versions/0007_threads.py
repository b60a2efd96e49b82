"""The thread of an introduction: notes of brokers, by which way a message came, who has read how far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; what stands there was written on the site and is no note."""
    op.create_table(
        "introduction_reads",
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name=op.f("fk_introduction_reads_introduction_id_introductions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_introduction_reads_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("introduction_id", "user_id", name=op.f("pk_introduction_reads")),
    )
    with op.batch_alter_table("introduction_messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("for_brokers", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("channel", sa.String(length=40), nullable=False, server_default="web"))
    with op.batch_alter_table("introduction_messages", schema=None) as batch_op:
        batch_op.alter_column("for_brokers", server_default=None, existing_type=sa.Boolean())
        batch_op.alter_column("channel", server_default=None, existing_type=sa.String(length=40))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("introduction_messages", schema=None) as batch_op:
        batch_op.drop_column("channel")
        batch_op.drop_column("for_brokers")
    op.drop_table("introduction_reads")
