"""How a volunteer stands in the network: since when, how much, how visible, how quick to answer."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from network.demo.dice import chance, spread
from network.domain.states import MembershipState, Visibility, VolunteerState

OLDEST_DAYS = 3 * 365
# So few that no chapter is late with its answer.
UNANSWERED_DAYS = 4
CAPACITIES = spread([("1", 3), ("2", 5), ("3", 3), ("4", 1)])
MEMBERSHIPS = (
    (0.905, MembershipState.APPROVED),
    (0.945, MembershipState.APPLIED),
    (0.955, MembershipState.RETURNED),
    (0.96, MembershipState.REFUSED),
    (0.97, MembershipState.SUSPENDED),
    (0.98, MembershipState.LEFT),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Days are counted back from the day of loading, or forward where the name says "in"."""

    state: VolunteerState
    # None: belongs to no chapter yet.
    membership: MembershipState | None
    registered_days_ago: int
    reviewed_days_ago: int
    capacity: int
    paused_for_days: int | None
    leave_in_days: int | None
    listing: Visibility
    profile: Visibility
    work: Visibility
    place: Visibility
    university: Visibility
    origin: Visibility
    # Median days to answer of those who were asked before; None where nobody asked yet.
    answer_days: float | None
    answers: int
    silences: int


def standing(rng: Random, *, joined_share: float) -> Standing:
    """Where one volunteer stands; `joined_share` is 1 for the first who joined and near 0 for the last."""
    registered = max(1, int(OLDEST_DAYS * joined_share) - rng.randrange(3))
    membership = _membership(rng, registered)
    listing = _listing(rng)
    answers = rng.choice((0, 0, 1, 1, 2, 3, 4, 6, 9)) if registered > 60 else 0
    paused = chance(rng, 0.05)
    return Standing(
        state=_state(membership),
        membership=membership,
        registered_days_ago=registered,
        reviewed_days_ago=rng.randint(0, min(registered, 420)),
        capacity=int(rng.choice(CAPACITIES)),
        paused_for_days=rng.choice((14, 30, 45, 60, 90)) if paused else None,
        leave_in_days=rng.randint(3, 40) if not paused and chance(rng, 0.015) else None,
        listing=listing,
        profile=_same_or(rng, listing, 0.05),
        work=_same_or(rng, listing, 0.12),
        place=_same_or(rng, listing, 0.08),
        university=_same_or(rng, listing, 0.12),
        origin=Visibility.MEMBERS if chance(rng, 0.2) else Visibility.LEADS,
        answer_days=round(0.3 + rng.expovariate(1 / 2.2), 1) if answers else None,
        answers=answers,
        silences=rng.choice((0, 0, 0, 0, 0, 1, 1, 2)) if answers else 0,
    )


def _membership(rng: Random, registered: int) -> MembershipState | None:
    roll = rng.random()
    found = next((state for limit, state in MEMBERSHIPS if roll < limit), None)
    # Nobody has waited for months: only newcomers stand before their chapter.
    waiting = found in (MembershipState.APPLIED, MembershipState.RETURNED)
    if waiting and registered > 45:
        return MembershipState.APPROVED
    # Those of the last days wait, whatever comes of it.
    return MembershipState.APPLIED if found and registered <= UNANSWERED_DAYS else found


def _state(membership: MembershipState | None) -> VolunteerState:
    if membership is MembershipState.LEFT:
        return VolunteerState.LEFT
    if membership is MembershipState.SUSPENDED:
        return VolunteerState.SUSPENDED
    return VolunteerState.ACTIVE


def _listing(rng: Random) -> Visibility:
    roll = rng.random()
    if roll < 0.4:
        return Visibility.PUBLIC
    return Visibility.MEMBERS if roll < 0.97 else Visibility.LEADS


def _same_or(rng: Random, listing: Visibility, stricter: float) -> Visibility:
    """As the profile is listed, or one step more private."""
    if not chance(rng, stricter):
        return listing
    return Visibility.LEADS if listing is Visibility.MEMBERS else Visibility.MEMBERS
