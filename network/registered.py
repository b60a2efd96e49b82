"""Which modules answer events and run by the clock: importing them registers what they do."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "network.mail.digests",
    "network.accounts.emails",
    "network.accounts.jobs",
    "network.organisations.emails",
    "network.organisations.jobs",
    "network.volunteers.emails",
    "network.volunteers.jobs",
    "network.chapters.emails",
    "network.chapters.jobs",
    "network.matching.emails",
    "network.matching.jobs",
    "network.needs.emails",
    "network.needs.risk_emails",
    "network.needs.attachments",
    "network.needs.jobs",
    "network.introductions.emails",
    "network.introductions.following_mail",
    "network.introductions.outside_mail",
    "network.introductions.thread_mail",
    "network.introductions.meeting_mail",
    "network.introductions.handover_mail",
    "network.introductions.jobs",
    "network.moderation.emails",
    "network.moderation.jobs",
    "network.outcomes.emails",
    "network.outcomes.follow_ups",
    "network.outcomes.jobs",
    "network.measures.jobs",
    "network.privacy.jobs",
)


def load() -> None:
    """Import every module that registers handlers or jobs."""
    for name in MODULES:
        import_module(name)
