"""Conflict of interest: the same organisation, oneself, a declared employer or competitor.

The conflicted cannot see confidential text, triage, propose, approve, reassign or check an
outcome, and are never matched to their own organisation.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from network.domain.errors import NotAllowed
from network.domain.text import fold

_LEGAL_FORM = re.compile(
    "ab|ag|aps|asa?|bhd|bvb?a?|company|co|corp|corporation|cv|doo|eood|gmbh|inc|incorporated|jsc|kft|kgaa|kg|kk"
    "|lda|limited|llc|llp|lp|ltda?|mbh|nv|oao|ooo|oyj?|pao|pjsc|plc|private|pte|pty|pvt|sa|sab|sal|sarl|sas|sdn"
    "|se|sl|spa|srl|sro|zoo|zrt"
)
_DOTTED = re.compile(r"(?<=\b\w)[./](?=\w\b)|(?<=\b\w)\.(?=\W|$)")
_NOT_WORD = re.compile(r"[\W_]+")


class ConflictKind(StrEnum):
    """Why somebody must keep out of a matter."""

    ONESELF = "oneself"
    SAME_ORGANISATION = "same_organisation"
    EMPLOYER = "employer"
    COMPETITOR = "competitor"


@dataclass(frozen=True, slots=True)
class Party:
    """Whoever acts or is matched: who they are, where they belong and what they declared."""

    user_id: int | None = None
    volunteer_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    employers: frozenset[str] = frozenset()
    competitors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Concern:
    """What they act upon: the organisations it is for, and the people it is about.

    `competitors` are names that the organisation itself asked to be kept away from.
    """

    organisation_ids: frozenset[int] = frozenset()
    organisation_names: frozenset[str] = frozenset()
    competitors: frozenset[str] = frozenset()
    user_ids: frozenset[int] = frozenset()
    volunteer_ids: frozenset[int] = frozenset()


def conflict_between(party: Party, concern: Concern) -> ConflictKind | None:
    """The first reason to keep out, or None."""
    if party.user_id in concern.user_ids or party.volunteer_id in concern.volunteer_ids:
        return ConflictKind.ONESELF
    if party.organisation_ids & concern.organisation_ids:
        return ConflictKind.SAME_ORGANISATION
    names = normalise_names(concern.organisation_names)
    employers = normalise_names(party.employers)
    if employers & names:
        return ConflictKind.EMPLOYER
    if normalise_names(party.competitors) & names or employers & normalise_names(concern.competitors):
        return ConflictKind.COMPETITOR
    return None


def is_conflicted(party: Party, concern: Concern) -> bool:
    """Whether there is any reason to keep out."""
    return conflict_between(party, concern) is not None


def require_unconflicted(party: Party, concern: Concern) -> None:
    """Raise NotAllowed for the conflicted, with the kind in the code."""
    kind = conflict_between(party, concern)
    if kind is not None:
        raise NotAllowed(
            f"conflict_{kind.value}", "You are too close to this one. Somebody else will look at it."
        )


def normalise_name(name: str) -> str:
    """An organisation's name to compare by: no case, accents, punctuation or legal form."""
    plain = _DOTTED.sub("", fold(name)).replace("&", " and ").replace("'", "").replace("’", "")
    words = [word for word in _NOT_WORD.split(plain) if word]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and _LEGAL_FORM.fullmatch(words[-1]):
        words.pop()
    # "Smith and Co" loses its "Co"; the "and" before it goes too.
    if len(words) > 1 and words[-1] == "and":
        words.pop()
    return " ".join(words)


def normalise_names(names: frozenset[str]) -> frozenset[str]:
    """The names to compare by; those of which nothing is left compare to nothing."""
    return frozenset(filter(None, map(normalise_name, names)))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as an account, as a volunteer, and by address: any one of them tells who it is."""

    user_id: int | None = None
    volunteer_id: int | None = None
    email: str = ""

    def is_same_as(self, other: "Person") -> bool:
        """Whether the two are one; what is absent on a side proves nothing."""
        return (
            _same(self.user_id, other.user_id)
            or _same(self.volunteer_id, other.volunteer_id)
            or _same(self.email.strip().casefold() or None, other.email.strip().casefold() or None)
        )


def _same(one: object, other: object) -> bool:
    return one is not None and one == other


class ConfirmerConflict(StrEnum):
    """Why somebody may not confirm an outcome."""

    REPORTER = "reporter"
    VOLUNTEER = "volunteer"


def confirmer_conflict(
    confirmer: Person, reporter: Person, volunteers: tuple[Person, ...]
) -> ConfirmerConflict | None:
    """An outcome is confirmed by neither the one who reported it nor a volunteer who helped."""
    if any(confirmer.is_same_as(volunteer) for volunteer in volunteers):
        return ConfirmerConflict.VOLUNTEER
    return ConfirmerConflict.REPORTER if confirmer.is_same_as(reporter) else None
