"""The words people read for the codes that are stored."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from network.domain import states

# Where the plain value with blanks for underscores does not read well.
WORDS: dict[Any, Any] = {
    states.IntroductionState.REFERRED_ON: _l("Referred on"),
    states.IntroductionState.NO_CONTACT: _l("No contact yet"),
    states.IntroductionState.INTRODUCED: _l("Introduced"),
    states.NeedState.IN_TRIAGE: _l("Being read by a broker"),
    states.NeedState.NEEDS_INFO: _l("Needs more from you"),
    states.NeedState.CLOSED_UNMET: _l("Closed without help"),
    states.OutcomeStatus.AWAITING_CONFIRMATION: _l("Waiting for confirmation"),
    states.OrganisationState.UNVERIFIED: _l("Not yet checked"),
    states.MembershipState.APPLIED: _l("Waiting for the chapter"),
    states.MembershipState.RETURNED: _l("Returned with a question"),
    states.DeclineReason.NO_CAPACITY: _l("No time at the moment"),
    states.DeclineReason.NOT_MY_AREA: _l("Not my area"),
    states.DeclineReason.CONFLICT_OF_INTEREST: _l("A conflict of interest"),
    states.DeclineReason.NOT_APPROPRIATE: _l("Not something I should help with"),
    states.DeclineReason.KNOW_SOMEONE_BETTER: _l("I know someone better"),
    states.DeclineReason.NOT_NOW: _l("Not now, ask me later"),
    states.MarketDepth.LIVED: _l("Lives or lived there"),
    states.MarketDepth.WORKED: _l("Worked there"),
    states.MarketDepth.SELLS_INTO: _l("Sells into it"),
    states.MarketDepth.KNOWS: _l("Knows it"),
    states.Effort.QUICK_ANSWER: _l("A 15-minute answer"),
    states.Effort.ONE_CALL: _l("One call"),
    states.Effort.SERIES: _l("A series of calls"),
    states.Effort.HOSTING: _l("Hosting"),
    states.Visibility.PUBLIC: _l("Everybody, also without an account"),
    states.Visibility.MEMBERS: _l("People signed in to the network"),
    states.Visibility.LEADS: _l("Chapter leads and staff only"),
    states.OutcomeKind.DISTRIBUTOR_AGREEMENT: _l("Distributor or agent agreement"),
    states.OutcomeKind.RESEARCH_AGREEMENT: _l("Research or licence agreement"),
    states.OutcomeKind.JOBS: _l("Jobs created or safeguarded"),
    states.OutcomeKind.PARTNERSHIP: _l("Partnership or memorandum"),
    states.OutcomeKind.NOTHING: _l("Nothing came of it"),
    states.ShareWithout.NONE: _l("None of it"),
    states.ShareWithout.UNDER_QUARTER: _l("Less than a quarter"),
    states.ShareWithout.QUARTER_TO_HALF: _l("A quarter to a half"),
    states.ShareWithout.HALF_TO_THREE_QUARTERS: _l("A half to three quarters"),
    states.ShareWithout.OVER_THREE_QUARTERS: _l("More than three quarters"),
    states.ShareWithout.ALL: _l("All of it"),
    states.OrganisationState.MERGED_INTO: _l("Merged"),
    states.ChapterState.MERGED_INTO: _l("Merged"),
    states.MissionKind.DEAL_MAKING: _l("Deal-making"),
    states.MissionKind.SOFT_POWER: _l("Soft power and brand"),
    states.Role.ORGANISATION_MEMBER: _l("Colleague"),
    states.Role.ORGANISATION_OWNER: _l("Owner"),
}
_KEYED = {(type(key).__name__, str(key)): words for key, words in WORDS.items()}


def label(value: Any) -> Any:
    """What people read for a code; a code without words of its own reads as itself, with blanks."""
    if value is None:
        return ""
    if isinstance(value, StrEnum):
        words = _KEYED.get((type(value).__name__, str(value)))
        if words is not None:
            return words
    return str(value).replace("_", " ").capitalize()


def choices_of(kind: type[StrEnum], *, leave_out: tuple[StrEnum, ...] = ()) -> list[tuple[str, Any]]:
    """Value and words of each member, for a select or radio field."""
    return [(member.value, label(member)) for member in kind if member not in leave_out]


def offered(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Values and words as a field's `choices`; words may be translated late."""
    return [SelectChoice(value, words) for value, words in pairs]


def the_chapter(name: str) -> str:
    """A chapter within a sentence: "the Gulf chapter", whether or not its name says that it is one."""
    bare = name.removesuffix(" chapter").removesuffix(" Chapter").removeprefix("The ").removeprefix("the ")
    return str(_("the %(name)s chapter", name=bare))


def whoever_reads(chapter: str | None, *, begins: bool = False) -> str:
    """Who moves a need along: its chapter, else network staff; `begins` at the beginning of a sentence."""
    words = the_chapter(chapter) if chapter else str(_("network staff"))
    return words[:1].upper() + words[1:] if begins else words
