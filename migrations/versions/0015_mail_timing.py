"""How and when a person's mail comes, and which mails wait to be gathered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; everybody's mail comes one by one, as before."""
    rhythm = sa.Enum("single", "daily", "weekly", name="mailrhythm", native_enum=False, length=40)
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mail_rhythm", rhythm, server_default="single", nullable=False))
        batch_op.add_column(sa.Column("mail_quiet", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), server_default="service", nullable=False))
        batch_op.add_column(sa.Column("gathered", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_column("gathered")
        batch_op.drop_column("kind")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("mail_quiet")
        batch_op.drop_column("mail_rhythm")
