"""The tables from declared interests to disclosures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "declared_interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_declared_interests_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interests")),
    )
    with op.batch_alter_table("declared_interests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_declared_interests_volunteer_id"), ["volunteer_id"], unique=False
        )
    op.create_table(
        "introductions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "offered",
                "exploring",
                "accepted",
                "introduced",
                "met",
                "in_progress",
                "completed",
                "declined",
                "referred_on",
                "expired",
                "withdrawn",
                "no_contact",
                "stalled",
                "cancelled",
                name="introductionstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_as", sa.String(), nullable=False),
        sa.Column("referred_from_id", sa.Integer(), nullable=True),
        sa.Column("offer_round", sa.Integer(), nullable=False),
        sa.Column("offered_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("accepted_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("introduced_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("met_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("completed_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "no_capacity",
                "not_my_area",
                "conflict_of_interest",
                "not_appropriate",
                "know_someone_better",
                "not_now",
                name="declinereason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decline_words", sa.Text(), nullable=True),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("turn", sa.String(), nullable=True),
        sa.Column("followed_up_days", sa.Integer(), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_action_by", sa.String(), nullable=True),
        sa.Column("next_action_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state_since", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_introductions_need_id_needs")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_introductions_proposed_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["referred_from_id"],
            ["introductions.id"],
            name=op.f("fk_introductions_referred_from_id_introductions"),
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_introductions_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
    )
    with op.batch_alter_table("introductions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_introductions_introduced_at"), ["introduced_at"], unique=False)
        batch_op.create_index("ix_introductions_need_state", ["need_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_introductions_next_action_at"), ["next_action_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_introductions_offered_at"), ["offered_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_introductions_referred_from_id"), ["referred_from_id"], unique=False
        )
        batch_op.create_index("ix_introductions_state_next", ["state", "next_action_at"], unique=False)
        batch_op.create_index("ix_introductions_volunteer_state", ["volunteer_id", "state"], unique=False)
        batch_op.create_index(
            "uq_introductions_live",
            ["need_id", "volunteer_id"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('proposed','offered','exploring','accepted','introduced','met','in_progress')"
            ),
            postgresql_where=sa.text(
                "state IN ('proposed','offered','exploring','accepted','introduced','met','in_progress')"
            ),
        )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "approved",
                "returned",
                "refused",
                "suspended",
                "left",
                name="membershipstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("applied_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_action_by", sa.String(), nullable=True),
        sa.Column("next_action_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state_since", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"], ["chapters.id"], name=op.f("fk_memberships_chapter_id_chapters")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_memberships_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_memberships_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "chapter_id", "volunteer_id", name=op.f("uq_memberships_chapter_id_volunteer_id")
        ),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_chapter_state", ["chapter_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_next_action_at"), ["next_action_at"], unique=False)
        batch_op.create_index("ix_memberships_volunteer_state", ["volunteer_id", "state"], unique=False)
    op.create_table(
        "need_help",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("help_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["needs.id"], name=op.f("fk_need_help_need_id_needs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "help_type", name=op.f("pk_need_help")),
    )
    op.create_table(
        "need_markets",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["needs.id"], name=op.f("fk_need_markets_need_id_needs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "market", name=op.f("pk_need_markets")),
    )
    with op.batch_alter_table("need_markets", schema=None) as batch_op:
        batch_op.create_index("ix_need_markets_market", ["market"], unique=False)
    op.create_table(
        "need_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_need_notes_author_id_users")),
        sa.ForeignKeyConstraint(
            ["need_id"], ["needs.id"], name=op.f("fk_need_notes_need_id_needs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_notes")),
    )
    with op.batch_alter_table("need_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_notes_need_id"), ["need_id"], unique=False)
    op.create_table(
        "need_sectors",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["needs.id"], name=op.f("fk_need_sectors_need_id_needs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "sector", name=op.f("pk_need_sectors")),
    )
    op.create_table(
        "volunteer_help",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("help_type", sa.String(), nullable=False),
        sa.Column(
            "effort",
            sa.Enum(
                "quick_answer", "one_call", "series", "hosting", name="effort", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_volunteer_help_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "help_type", name=op.f("pk_volunteer_help")),
    )
    with op.batch_alter_table("volunteer_help", schema=None) as batch_op:
        batch_op.create_index("ix_volunteer_help_help_type", ["help_type", "volunteer_id"], unique=False)
    op.create_table(
        "volunteer_languages",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_volunteer_languages_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "language", name=op.f("pk_volunteer_languages")),
    )
    op.create_table(
        "volunteer_markets",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column(
            "depth",
            sa.Enum(
                "lived", "worked", "sells_into", "knows", name="marketdepth", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_volunteer_markets_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "market", name=op.f("pk_volunteer_markets")),
    )
    with op.batch_alter_table("volunteer_markets", schema=None) as batch_op:
        batch_op.create_index("ix_volunteer_markets_market", ["market", "volunteer_id"], unique=False)
    op.create_table(
        "volunteer_sectors",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_volunteer_sectors_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "sector", name=op.f("pk_volunteer_sectors")),
    )
    with op.batch_alter_table("volunteer_sectors", schema=None) as batch_op:
        batch_op.create_index("ix_volunteer_sectors_sector", ["sector", "volunteer_id"], unique=False)
    op.create_table(
        "disclosures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_user_id", sa.Integer(), nullable=False),
        sa.Column("recipient_user_id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name=op.f("fk_disclosures_introduction_id_introductions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_disclosures_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["recipient_user_id"], ["users.id"], name=op.f("fk_disclosures_recipient_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["subject_user_id"], ["users.id"], name=op.f("fk_disclosures_subject_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
    )
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosures_introduction_id"), ["introduction_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_disclosures_recipient_user_id"), ["recipient_user_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_disclosures_subject_user_id"), ["subject_user_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("disclosures")
    op.drop_table("volunteer_sectors")
    op.drop_table("volunteer_markets")
    op.drop_table("volunteer_languages")
    op.drop_table("volunteer_help")
    op.drop_table("need_sectors")
    op.drop_table("need_notes")
    op.drop_table("need_markets")
    op.drop_table("need_help")
    op.drop_table("memberships")
    op.drop_table("introductions")
    op.drop_table("declared_interests")
