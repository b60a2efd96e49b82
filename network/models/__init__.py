"""Mapped classes, one file per aggregate. Importing this package maps them all."""

from network.models.accounts import DoNotAsk, FormDraft, LinkToken, RateCount, User, UserRole
from network.models.attachments import NeedAttachment
from network.models.brokering import HeldAct, HeldNeed, SavedView
from network.models.chapters import Chapter, ChapterLead, ChapterMarket, ChapterSector, Membership
from network.models.introductions import (
    FollowUp,
    Introduction,
    IntroductionMessage,
    IntroductionRead,
    Meeting,
    ReferralInvitation,
)
from network.models.journal import (
    AuditEntry,
    InboundMail,
    MailMessage,
    OutboxMessage,
    PeriodicRun,
    Transition,
)
from network.models.moderation import Concern
from network.models.needs import (
    Need,
    NeedHelp,
    NeedMarket,
    NeedNote,
    NeedSector,
    RiskReview,
    UnmetSearch,
)
from network.models.organisations import (
    Organisation,
    OrganisationMarket,
    OrganisationMember,
    OrganisationSector,
)
from network.models.outcomes import (
    Confirmation,
    ExchangeRate,
    Outcome,
    OutcomeContributor,
    OutcomeNote,
    OutcomeValue,
    PublicSnapshot,
)
from network.models.planning import MeetingPlan
from network.models.reports import (
    NeedFact,
    OutcomeFact,
    OutcomeShare,
    ReportInput,
    ReportState,
    SupplyFact,
)
from network.models.saved_searches import SavedSearch, SavedSearchFind
from network.models.volunteers import (
    Affiliation,
    DeclaredInterest,
    Disclosure,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)

__all__ = [
    "Affiliation",
    "AuditEntry",
    "Chapter",
    "ChapterLead",
    "ChapterMarket",
    "ChapterSector",
    "Concern",
    "Confirmation",
    "DeclaredInterest",
    "Disclosure",
    "DoNotAsk",
    "ExchangeRate",
    "FollowUp",
    "FormDraft",
    "HeldAct",
    "HeldNeed",
    "InboundMail",
    "Introduction",
    "IntroductionMessage",
    "IntroductionRead",
    "LinkToken",
    "MailMessage",
    "Meeting",
    "MeetingPlan",
    "Membership",
    "Need",
    "NeedAttachment",
    "NeedFact",
    "NeedHelp",
    "NeedMarket",
    "NeedNote",
    "NeedSector",
    "Organisation",
    "OrganisationMarket",
    "OrganisationMember",
    "OrganisationSector",
    "OutboxMessage",
    "Outcome",
    "OutcomeContributor",
    "OutcomeFact",
    "OutcomeNote",
    "OutcomeShare",
    "OutcomeValue",
    "PeriodicRun",
    "PublicSnapshot",
    "RateCount",
    "ReferralInvitation",
    "ReportInput",
    "ReportState",
    "RiskReview",
    "SavedSearch",
    "SavedSearchFind",
    "SavedView",
    "SupplyFact",
    "Transition",
    "UnmetSearch",
    "User",
    "UserRole",
    "Volunteer",
    "VolunteerHelp",
    "VolunteerLanguage",
    "VolunteerMarket",
    "VolunteerSector",
]
