"""The words of the network: states, roles and the fixed choices people make.

The values are what is stored and what stands in addresses and exports, so a value never
changes its meaning and is never deleted.
"""

from enum import StrEnum

# --- states ---------------------------------------------------------------------------


class NeedState(StrEnum):
    """Where an organisation's need stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_TRIAGE = "in_triage"
    NEEDS_INFO = "needs_info"
    OPEN = "open"
    FULFILLED = "fulfilled"
    CLOSED_UNMET = "closed_unmet"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class IntroductionState(StrEnum):
    """Where one need put to one volunteer stands."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    EXPLORING = "exploring"
    ACCEPTED = "accepted"
    INTRODUCED = "introduced"
    MET = "met"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    DECLINED = "declined"
    REFERRED_ON = "referred_on"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    NO_CONTACT = "no_contact"
    STALLED = "stalled"
    CANCELLED = "cancelled"


class OutcomeStatus(StrEnum):
    """How far an outcome has been confirmed by the one who benefited."""

    DRAFT = "draft"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    UNANSWERED = "unanswered"
    LAPSED = "lapsed"
    VOID = "void"


class MembershipState(StrEnum):
    """A volunteer's standing in one chapter."""

    APPLIED = "applied"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    LEFT = "left"


class OrganisationState(StrEnum):
    """Whether an organisation may ask."""

    UNVERIFIED = "unverified"
    ELIGIBLE = "eligible"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    MERGED_INTO = "merged_into"


class ChapterState(StrEnum):
    """The life of a chapter."""

    FORMING = "forming"
    ACTIVE = "active"
    DORMANT = "dormant"
    CLOSED = "closed"
    MERGED_INTO = "merged_into"


class VolunteerState(StrEnum):
    """Whether a person is here at all; a pause is a pair of dates, not a state."""

    IMPORTED = "imported"
    REGISTERING = "registering"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class Waiting(StrEnum):
    """Whose turn it is."""

    VOLUNTEER = "volunteer"
    REQUESTER = "requester"
    BROKER = "broker"
    STAFF = "staff"
    BENEFICIARY = "beneficiary"
    SYSTEM = "system"


# --- people ---------------------------------------------------------------------------


class Role(StrEnum):
    """What a person is to the network; one person may be several.

    `BENEFICIARY` and `SYSTEM` are never granted: the first is whoever holds a confirmation
    link, the second the network's own clock or the consequence of another act.
    """

    VISITOR = "visitor"
    VOLUNTEER = "volunteer"
    ORGANISATION_MEMBER = "organisation_member"
    ORGANISATION_OWNER = "organisation_owner"
    UNIVERSITY_OFFICE = "university_office"
    CHAPTER_LEAD = "chapter_lead"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    BENEFICIARY = "beneficiary"
    SYSTEM = "system"


class Channel(StrEnum):
    """The way by which an act came in."""

    WEB = "web"
    MAIL = "mail"
    CLI = "cli"
    CLOCK = "clock"
    IMPORT = "import"


class Visibility(StrEnum):
    """Who may read a group of a volunteer's fields."""

    PUBLIC = "public"
    MEMBERS = "members"
    LEADS = "leads"


class FieldGroup(StrEnum):
    """Groups of a volunteer's fields that are shown or hidden together."""

    PROFILE = "profile"
    WORK = "work"
    PLACE = "place"
    UNIVERSITY = "university"
    ORIGIN = "origin"


DEFAULT_VISIBILITY: dict[FieldGroup, Visibility] = {
    FieldGroup.PROFILE: Visibility.MEMBERS,
    FieldGroup.WORK: Visibility.MEMBERS,
    FieldGroup.PLACE: Visibility.MEMBERS,
    FieldGroup.UNIVERSITY: Visibility.MEMBERS,
    FieldGroup.ORIGIN: Visibility.LEADS,
}


class MarketDepth(StrEnum):
    """How a volunteer knows a market, the deepest first."""

    LIVED = "lived"
    WORKED = "worked"
    SELLS_INTO = "sells_into"
    KNOWS = "knows"


class Effort(StrEnum):
    """How much of a volunteer's time is offered or asked for, the least first."""

    QUICK_ANSWER = "quick_answer"
    ONE_CALL = "one_call"
    SERIES = "series"
    HOSTING = "hosting"


class OrganisationKind(StrEnum):
    """What sort of organisation asks."""

    COMPANY = "company"
    UNIVERSITY = "university"
    AGENCY = "agency"


# --- needs and introductions ----------------------------------------------------------


class Confidentiality(StrEnum):
    """Whether a need names its organisation to the volunteers it is offered to."""

    OPEN = "open"
    CONFIDENTIAL = "confidential"


class RiskKind(StrEnum):
    """The five kinds of risk that a need is screened for."""

    GEOPOLITICAL = "geopolitical"
    POLITICAL = "political"
    SECURITY = "security"
    COMMERCIAL = "commercial"
    INSTITUTIONAL = "institutional"


class RiskState(StrEnum):
    """Where a look at the risks of a need stands."""

    WAITING = "waiting"
    CLEARED = "cleared"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"


class DeclineReason(StrEnum):
    """Why a volunteer said no; the requester reads only "not available"."""

    NO_CAPACITY = "no_capacity"
    NOT_MY_AREA = "not_my_area"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    NOT_APPROPRIATE = "not_appropriate"
    KNOW_SOMEONE_BETTER = "know_someone_better"
    NOT_NOW = "not_now"


# --- outcomes -------------------------------------------------------------------------


class OutcomeClass(StrEnum):
    """Hard outcomes change the books, soft ones change the plan, none is said openly."""

    HARD = "hard"
    SOFT = "soft"
    NONE = "none"


class OutcomeKind(StrEnum):
    """What came of an introduction."""

    EXPORT_CONTRACT = "export_contract"
    DISTRIBUTOR_AGREEMENT = "distributor_agreement"
    INWARD_INVESTMENT = "inward_investment"
    OUTWARD_INVESTMENT = "outward_investment"
    FINANCE_RAISED = "finance_raised"
    RESEARCH_AGREEMENT = "research_agreement"
    HIRE_OR_PLACEMENT = "hire_or_placement"
    JOBS = "jobs"
    PARTNERSHIP = "partnership"
    MARKET_KNOWLEDGE = "market_knowledge"
    CONTACT_GAINED = "contact_gained"
    CREDIBILITY = "credibility"
    CONFIDENCE = "confidence"
    RELATIONSHIP = "relationship"
    PROBLEM_SOLVED = "problem_solved"
    DECISION_MADE = "decision_made"
    NOTHING = "nothing"

    @property
    def outcome_class(self) -> OutcomeClass:
        """Hard, soft or none."""
        if self is OutcomeKind.NOTHING:
            return OutcomeClass.NONE
        return OutcomeClass.HARD if self in HARD_KINDS else OutcomeClass.SOFT


HARD_KINDS: frozenset[OutcomeKind] = frozenset(
    {
        OutcomeKind.EXPORT_CONTRACT,
        OutcomeKind.DISTRIBUTOR_AGREEMENT,
        OutcomeKind.INWARD_INVESTMENT,
        OutcomeKind.OUTWARD_INVESTMENT,
        OutcomeKind.FINANCE_RAISED,
        OutcomeKind.RESEARCH_AGREEMENT,
        OutcomeKind.HIRE_OR_PLACEMENT,
        OutcomeKind.JOBS,
        OutcomeKind.PARTNERSHIP,
    }
)
SOFT_KINDS: frozenset[OutcomeKind] = frozenset(OutcomeKind) - HARD_KINDS - frozenset({OutcomeKind.NOTHING})


class Decision(StrEnum):
    """What "decision made" was; deciding not to enter, confirmed, is a good outcome."""

    ENTER = "enter"
    NOT_ENTER = "not_enter"
    CHANGE_PLAN = "change_plan"


class EvidenceTier(StrEnum):
    """How well an outcome is supported, the weakest first."""

    REPORTED = "reported"
    CORROBORATED = "corroborated"
    CONFIRMED = "confirmed"
    EVIDENCE_CHECKED = "evidence_checked"

    @property
    def rank(self) -> int:
        """0 for the weakest; compare tiers by this and never by their spelling."""
        return tuple(EvidenceTier).index(self)


class ConfirmationAnswer(StrEnum):
    """What the beneficiary's named contact said."""

    CONFIRM = "confirm"
    CONFIRM_WITH_CORRECTIONS = "confirm_with_corrections"
    DISPUTE = "dispute"


class PublishConsent(StrEnum):
    """Whether an outcome may be told in public."""

    NO = "no"
    ANONYMOUSLY = "anonymously"
    BY_NAME = "by_name"


class RatingTopic(StrEnum):
    """The seven sides of the help that the beneficiary rates."""

    OVERALL = "overall"
    CONTACTS = "contacts"
    INFORMATION = "information"
    PROFILE = "profile"
    CONFIDENCE = "confidence"
    RELATIONSHIPS = "relationships"
    PROBLEM_SOLVED = "problem_solved"


class Rating(StrEnum):
    """One step of a rating: not applicable, or 1 (no help) to 5 (decisive)."""

    NOT_APPLICABLE = "na"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"

    @property
    def score(self) -> int | None:
        """1 to 5, or None where the question did not apply."""
        return None if self is Rating.NOT_APPLICABLE else int(self.value)


class ShareWithout(StrEnum):
    """What share would have happened without the help, in seven bands."""

    NONE = "none"
    UNDER_QUARTER = "under_quarter"
    QUARTER_TO_HALF = "quarter_to_half"
    ABOUT_HALF = "about_half"
    HALF_TO_THREE_QUARTERS = "half_to_three_quarters"
    OVER_THREE_QUARTERS = "over_three_quarters"
    ALL = "all"


class ValueMode(StrEnum):
    """How the value of an outcome is given."""

    EXACT = "exact"
    BAND = "band"
    CANNOT_SAY = "cannot_say"


class MissionKind(StrEnum):
    """What a mission is for."""

    AMBASSADORIAL = "ambassadorial"
    DEAL_MAKING = "deal_making"
    SOFT_POWER = "soft_power"
    INFORMAL = "informal"
    NETWORKED = "networked"
