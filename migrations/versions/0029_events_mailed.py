"""Which events have made their mails, so that one that is taken up again makes none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was done before has made its mails."""
    op.add_column("outbox", sa.Column("mailed", sa.Boolean(), nullable=False, server_default=sa.false()))
    outbox = sa.table("outbox", sa.column("mailed"), sa.column("finished_at"), sa.column("dead_at"))
    done = outbox.c.finished_at.is_not(None) & outbox.c.dead_at.is_(None)
    op.execute(outbox.update().where(done).values(mailed=True))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("mailed")
