"""The tables from needs to affiliations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "needs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "in_triage",
                "needs_info",
                "open",
                "fulfilled",
                "closed_unmet",
                "withdrawn",
                "refused",
                name="needstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("shareable", sa.Text(), nullable=False),
        sa.Column(
            "confidentiality",
            sa.Enum("open", "confidential", name="confidentiality", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("consents", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("risk_answers", sa.String(), nullable=False),
        sa.Column("owner_chapter_id", sa.Integer(), nullable=True),
        sa.Column("broker_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("opened_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("exhausted_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("renewed_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("appealed_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("asked_if_done_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_action_by", sa.String(), nullable=True),
        sa.Column("next_action_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state_since", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["broker_id"], ["users.id"], name=op.f("fk_needs_broker_id_users")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_needs_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["owner_chapter_id"], ["chapters.id"], name=op.f("fk_needs_owner_chapter_id_chapters")
        ),
        sa.ForeignKeyConstraint(["requester_id"], ["users.id"], name=op.f("fk_needs_requester_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
    )
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_needs_next_action_at"), ["next_action_at"], unique=False)
        batch_op.create_index("ix_needs_organisation_state", ["organisation_id", "state"], unique=False)
        batch_op.create_index("ix_needs_owner_state", ["owner_chapter_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_needs_requester_id"), ["requester_id"], unique=False)
        batch_op.create_index("ix_needs_state_next", ["state", "next_action_at"], unique=False)
    op.create_table(
        "organisation_markets",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_markets_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "market", name=op.f("pk_organisation_markets")),
    )
    op.create_table(
        "organisation_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "visitor",
                "volunteer",
                "organisation_member",
                "organisation_owner",
                "university_office",
                "chapter_lead",
                "staff",
                "administrator",
                "beneficiary",
                "system",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("job_title", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("joined_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_members_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_organisation_members_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_members")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", name=op.f("uq_organisation_members_organisation_id_user_id")
        ),
    )
    with op.batch_alter_table("organisation_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_members_user_id"), ["user_id"], unique=False)
    op.create_table(
        "organisation_sectors",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_sectors_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "sector", name=op.f("pk_organisation_sectors")),
    )
    op.create_table(
        "transitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "mail", "cli", "clock", "import", name="channel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_transitions_actor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transitions")),
    )
    with op.batch_alter_table("transitions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transitions_at"), ["at"], unique=False)
        batch_op.create_index("ix_transitions_subject", ["subject", "subject_id", "at"], unique=False)
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "visitor",
                "volunteer",
                "organisation_member",
                "organisation_owner",
                "university_office",
                "chapter_lead",
                "staff",
                "administrator",
                "beneficiary",
                "system",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["given_by_id"], ["users.id"], name=op.f("fk_user_roles_given_by_id_users")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
    )
    op.create_table(
        "volunteers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "imported",
                "registering",
                "active",
                "suspended",
                "left",
                name="volunteerstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("headline", sa.String(), nullable=False),
        sa.Column("job_title", sa.String(), nullable=False),
        sa.Column("employer", sa.String(), nullable=False),
        sa.Column("employer_key", sa.String(), nullable=False),
        sa.Column("biography", sa.Text(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=True),
        sa.Column("mail_consent", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("leave_from", sa.Date(), nullable=True),
        sa.Column("silences", sa.Integer(), nullable=False),
        sa.Column(
            "listing",
            sa.Enum("public", "members", "leads", name="visibility", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "profile_visibility",
            sa.Enum("public", "members", "leads", name="visibility", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "work_visibility",
            sa.Enum("public", "members", "leads", name="visibility", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "place_visibility",
            sa.Enum("public", "members", "leads", name="visibility", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "university_visibility",
            sa.Enum("public", "members", "leads", name="visibility", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "origin_visibility",
            sa.Enum("public", "members", "leads", name="visibility", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("answer_days", sa.Double(), nullable=True),
        sa.Column("answers_count", sa.Integer(), nullable=False),
        sa.Column("introductions_count", sa.Integer(), nullable=False),
        sa.Column("thanks_count", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("registered_step", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["volunteers.id"], name=op.f("fk_volunteers_merged_into_id_volunteers")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_volunteers_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
        sa.UniqueConstraint("user_id", name=op.f("uq_volunteers_user_id")),
    )
    with op.batch_alter_table("volunteers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_volunteers_contact_email"), ["contact_email"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteers_country"), ["country"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteers_source_id"), ["source_id"], unique=False)
        batch_op.create_index("ix_volunteers_state_updated", ["state", "updated_at"], unique=False)
    op.create_table(
        "affiliations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_affiliations_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_affiliations_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliations")),
    )
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_affiliations_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_affiliations_volunteer_id"), ["volunteer_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("affiliations")
    op.drop_table("volunteers")
    op.drop_table("user_roles")
    op.drop_table("transitions")
    op.drop_table("organisation_sectors")
    op.drop_table("organisation_members")
    op.drop_table("organisation_markets")
    op.drop_table("needs")
