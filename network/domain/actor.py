"""Who acts: a small frozen value that rules and policies ask, instead of the request."""

from dataclasses import dataclass

from network.domain.states import Channel, Role

_STAFF = frozenset({Role.STAFF, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """One person (or the network itself) in one request or job.

    `roles` are the roles held anywhere; what an actor is towards one row is for its policy
    to say, out of the sets of ids.
    """

    user_id: int | None = None
    volunteer_id: int | None = None
    roles: frozenset[Role] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    owned_organisation_ids: frozenset[int] = frozenset()
    office_organisation_ids: frozenset[int] = frozenset()
    lead_chapter_ids: frozenset[int] = frozenset()
    channel: Channel = Channel.WEB
    timezone: str = "UTC"

    @property
    def is_signed_in(self) -> bool:
        """A known person, not a visitor and not the clock."""
        return self.user_id is not None

    @property
    def is_staff(self) -> bool:
        """Network staff; an administrator may do all that staff may."""
        return not self.roles.isdisjoint(_STAFF)

    @property
    def is_administrator(self) -> bool:
        """May grant roles and change reference data."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_system(self) -> bool:
        """The network's own clock, or the consequence of another act."""
        return Role.SYSTEM in self.roles

    @property
    def is_broker(self) -> bool:
        """Moves needs along somewhere: staff, or lead of at least one chapter."""
        return self.is_staff or bool(self.lead_chapter_ids)

    def leads(self, chapter_id: int | None) -> bool:
        """Is a lead of this chapter; nobody leads no chapter."""
        return chapter_id is not None and chapter_id in self.lead_chapter_ids

    def belongs_to(self, organisation_id: int | None) -> bool:
        """Is a member, an owner or the office of this organisation."""
        return organisation_id is not None and (
            organisation_id in self.organisation_ids
            or organisation_id in self.owned_organisation_ids
            or organisation_id in self.office_organisation_ids
        )

    def owns(self, organisation_id: int | None) -> bool:
        """Answers for this organisation: its owner, or the university's office."""
        return organisation_id is not None and (
            organisation_id in self.owned_organisation_ids or organisation_id in self.office_organisation_ids
        )

    def is_user(self, user_id: int | None) -> bool:
        """Is this very person; two absent ids are not the same person."""
        return user_id is not None and user_id == self.user_id

    def is_volunteer(self, volunteer_id: int | None) -> bool:
        """Is this very volunteer; two absent ids are not the same volunteer."""
        return volunteer_id is not None and volunteer_id == self.volunteer_id


ANONYMOUS = Actor(roles=frozenset({Role.VISITOR}))


def system_actor(channel: Channel = Channel.CLOCK) -> Actor:
    """The network itself, acting by the clock, a command or an import."""
    return Actor(roles=frozenset({Role.SYSTEM}), channel=channel)
