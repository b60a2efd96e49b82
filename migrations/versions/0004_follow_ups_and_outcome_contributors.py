"""The tables from follow ups to outcome contributors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("asked_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name=op.f("fk_follow_ups_introduction_id_introductions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_introduction_id"), ["introduction_id"], unique=False)
    op.create_table(
        "introduction_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("held_back", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_introduction_messages_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name=op.f("fk_introduction_messages_introduction_id_introductions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction_messages")),
    )
    with op.batch_alter_table("introduction_messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_introduction_messages_introduction_id"), ["introduction_id"], unique=False
        )
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("logged_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name=op.f("fk_meetings_introduction_id_introductions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["logged_by_id"], ["users.id"], name=op.f("fk_meetings_logged_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_introduction_id"), ["introduction_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "awaiting_confirmation",
                "confirmed",
                "disputed",
                "unanswered",
                "lapsed",
                "void",
                name="outcomestatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "tier",
            sa.Enum(
                "reported",
                "corroborated",
                "confirmed",
                "evidence_checked",
                name="evidencetier",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome_class",
            sa.Enum("hard", "soft", "none", name="outcomeclass", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "export_contract",
                "distributor_agreement",
                "inward_investment",
                "outward_investment",
                "finance_raised",
                "research_agreement",
                "hire_or_placement",
                "jobs",
                "partnership",
                "market_knowledge",
                "contact_gained",
                "credibility",
                "confidence",
                "relationship",
                "problem_solved",
                "decision_made",
                "nothing",
                name="outcomekind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=True),
        sa.Column("university_id", sa.Integer(), nullable=True),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("home_place", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("help_given", sa.Text(), nullable=False),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("goods_services", sa.String(), nullable=False),
        sa.Column("other_party", sa.String(), nullable=False),
        sa.Column("other_party_confidential", sa.Boolean(), nullable=False),
        sa.Column("none_reason", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column(
            "value_mode",
            sa.Enum("exact", "band", "cannot_say", name="valuemode", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("value_band", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("rate", sa.Numeric(precision=18, scale=8), nullable=True),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("contact_user_id", sa.Integer(), nullable=True),
        sa.Column("declared_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("corroborated_by_id", sa.Integer(), nullable=True),
        sa.Column("links_sent", sa.Integer(), nullable=False),
        sa.Column("link_sent_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("first_confirmed_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("checked_months", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["chapter_id"], ["chapters.id"], name=op.f("fk_outcomes_chapter_id_chapters")
        ),
        sa.ForeignKeyConstraint(
            ["contact_user_id"], ["users.id"], name=op.f("fk_outcomes_contact_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["corroborated_by_id"], ["users.id"], name=op.f("fk_outcomes_corroborated_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introductions.id"], name=op.f("fk_outcomes_introduction_id_introductions")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_outcomes_need_id_needs")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outcomes_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_outcomes_reporter_id_users")),
        sa.ForeignKeyConstraint(
            ["university_id"], ["organisations.id"], name=op.f("fk_outcomes_university_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcomes_chapter_id"), ["chapter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcomes_home_place"), ["home_place"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcomes_introduction_id"), ["introduction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcomes_market"), ["market"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcomes_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcomes_next_action_at"), ["next_action_at"], unique=False)
        batch_op.create_index(
            "ix_outcomes_organisation_id_status", ["organisation_id", "status"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outcomes_sector"), ["sector"], unique=False)
        batch_op.create_index("ix_outcomes_status_next", ["status", "next_action_at"], unique=False)
    op.create_table(
        "referral_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("inviter_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("registered_volunteer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name=op.f("fk_referral_invitations_introduction_id_introductions"),
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["users.id"], name=op.f("fk_referral_invitations_inviter_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["registered_volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_referral_invitations_registered_volunteer_id_volunteers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_invitations")),
    )
    with op.batch_alter_table("referral_invitations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referral_invitations_introduction_id"), ["introduction_id"], unique=False
        )
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("rating_overall", sa.Integer(), nullable=True),
        sa.Column("rating_contacts", sa.Integer(), nullable=True),
        sa.Column("rating_information", sa.Integer(), nullable=True),
        sa.Column("rating_profile", sa.Integer(), nullable=True),
        sa.Column("rating_confidence", sa.Integer(), nullable=True),
        sa.Column("rating_relationships", sa.Integer(), nullable=True),
        sa.Column("rating_problem_solved", sa.Integer(), nullable=True),
        sa.Column("prerequisite", sa.Boolean(), nullable=True),
        sa.Column("sped_up", sa.Boolean(), nullable=True),
        sa.Column(
            "share_without",
            sa.Enum(
                "none",
                "under_quarter",
                "quarter_to_half",
                "about_half",
                "half_to_three_quarters",
                "over_three_quarters",
                "all",
                name="sharewithout",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("new_market", sa.Boolean(), nullable=True),
        sa.Column("risk_of_not_exporting", sa.Boolean(), nullable=True),
        sa.Column(
            "publish",
            sa.Enum("no", "anonymously", "by_name", name="publishconsent", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("comments", sa.Text(), nullable=False),
        sa.Column("corrections", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_confirmations_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcomes.id"],
            name=op.f("fk_confirmations_outcome_id_outcomes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmations_outcome_id"), ["outcome_id"], unique=False)
    op.create_table(
        "outcome_contributors",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcomes.id"],
            name=op.f("fk_outcome_contributors_outcome_id_outcomes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_outcome_contributors_user_id_users")
        ),
        sa.PrimaryKeyConstraint("outcome_id", "user_id", name=op.f("pk_outcome_contributors")),
    )
    with op.batch_alter_table("outcome_contributors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_contributors_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("outcome_contributors")
    op.drop_table("confirmations")
    op.drop_table("referral_invitations")
    op.drop_table("outcomes")
    op.drop_table("meetings")
    op.drop_table("introduction_messages")
    op.drop_table("follow_ups")
