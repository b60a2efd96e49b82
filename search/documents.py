"""What the index knows about a volunteer: plain values, each with the audience that may find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from types import MappingProxyType


class Audience(StrEnum):
    """Who may find a value: each includes those after it (what the public finds, members and leads find)."""

    PUBLIC = "public"
    MEMBERS = "members"
    LEADS = "leads"

    @property
    def tier(self) -> int:
        """0 for the widest audience, 2 for the narrowest."""
        return _TIERS[self]


_TIERS = {Audience.PUBLIC: 0, Audience.MEMBERS: 1, Audience.LEADS: 2}


def narrower(one: Audience, other: Audience) -> Audience:
    """The stricter of two audiences."""
    return max(one, other, key=lambda audience: audience.tier)


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Why a volunteer cares: a university, a place of origin. `code` is the facet's code, `text` the words."""

    code: str
    text: str = ""
    audience: Audience = Audience.MEMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class VolunteerDocument:
    """One findable volunteer. Whoever may not be found at all has no document.

    `listed` says who finds the person at all. `hidden` names fields of this class that only a narrower
    audience may find, such as `{"employer": Audience.LEADS}`; a field it does not name follows `listed`.
    Words and codes of a hidden field neither match nor count for anybody outside its audience.
    Contact details never belong in a document.
    """

    id: int
    name: str
    updated_at: datetime
    listed: Audience = Audience.MEMBERS
    hidden: Mapping[str, Audience] = field(default_factory=dict)
    headline: str = ""
    job_title: str = ""
    employer: str = ""
    biography: str = ""
    city: str = ""
    # How they help, in their own words.
    help_words: str = ""
    # Names of the codes below in words ("United Arab Emirates", "Medical devices"), so that they are found.
    labels: str = ""
    # ISO 3166-1 codes, and how each is known: "lived", "worked", "sells_into" or "knows".
    markets: tuple[str, ...] = ()
    market_depths: Mapping[str, str] = field(default_factory=dict)
    # The chosen codes, and those with all their ancestors (the facet rolls up to the parents).
    sectors: tuple[str, ...] = ()
    sector_paths: tuple[str, ...] = ()
    help_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    # Slugs.
    chapters: tuple[str, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    # "now" or "later".
    availability: str = "now"
    # Median days to answer, None while nothing is known; share of the capacity in use, 0 to 1.
    answer_days: float | None = None
    load: float = 0.0

    def __post_init__(self) -> None:
        unknown = set(self.hidden) - HIDEABLE
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))} cannot be hidden: no such field")
        object.__setattr__(self, "hidden", MappingProxyType(dict(self.hidden)))
        object.__setattr__(self, "market_depths", MappingProxyType(dict(self.market_depths)))

    def audience_of(self, name: str) -> Audience:
        """Who finds the person by this field: never more than those who find the person at all."""
        return narrower(self.listed, self.hidden.get(name, self.listed))

    def audience_of_affiliation(self, affiliation: Affiliation) -> Audience:
        """Who finds the person by this affiliation."""
        return narrower(self.audience_of("affiliations"), affiliation.audience)

    @property
    def stamp(self) -> str:
        """A short print of all values: two documents that differ anywhere have different stamps."""
        values = [self._plain(getattr(self, item.name)) for item in fields(self)]
        return blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    @staticmethod
    def _plain(value: object) -> object:
        return sorted(value.items()) if isinstance(value, Mapping) else value


# Every field that a person may keep from some audience. The name itself is found by whoever finds the person.
HIDEABLE = frozenset(item.name for item in fields(VolunteerDocument)) - {
    "id", "name", "updated_at", "listed", "hidden", "market_depths", "sectors", "availability", "answer_days", "load",
}  # fmt: skip
