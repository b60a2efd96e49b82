"""How many needs had an offer that was answered so, beside how many offers were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; the worker adds the answers up anew."""
    cells = sa.table("answer_cells", sa.column("month"))
    op.execute(cells.delete())
    op.add_column("answer_cells", sa.Column("needs", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("answer_cells", schema=None) as batch_op:
        batch_op.alter_column("needs", server_default=None, existing_type=sa.JSON())
    states = sa.table("report_states", sa.column("name", sa.String()), sa.column("content", sa.JSON()))
    op.execute(states.delete().where(states.c.name == "rebuild"))
    op.execute(states.update().where(states.c.name == "cells").values(content={}))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("answer_cells", schema=None) as batch_op:
        batch_op.drop_column("needs")
