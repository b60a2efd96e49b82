"""Who takes part: the demo's volunteers and chapters, and firms enough to ask all year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import help_types
from network.demo.load_people import PeopleLoader
from network.domain.conflict import normalise_name
from network.domain.states import OrganisationKind, OrganisationState, Role
from network.models import (
    ChapterLead,
    Organisation,
    OrganisationMember,
    User,
    UserRole,
    VolunteerMarket,
    VolunteerSector,
)
from network.needs.operations import NeedContent
from network.needs.queries import Topics

GOALS = ("find_customers", "find_partner", "understand_market", "find_distributor")


@dataclass
class World:
    """Ids of those who act, and what firms ask about: the markets and sectors that somebody knows."""

    firms: list[tuple[int, int]] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    leads: dict[int, list[int]] = field(default_factory=dict)
    topics: list[tuple[str, str]] = field(default_factory=list)


def make_world(session: Session, volunteers: int, firms: int, seed: int, now: datetime) -> World:
    """Everybody stands in the tables."""
    PeopleLoader(session, now, seed, lambda _words: None).load(volunteers)
    world = World()
    for number in range(firms):
        user = User(
            email=f"asker{number}@firm{number}.example",
            name=f"Asker {number}",
            timezone="Europe/London",
            email_verified_at=now,
            code_accepted_at=now,
            terms_accepted_at=now,
            created_at=now,
            updated_at=now,
        )
        name = f"Simulated Works {number} Ltd"
        firm = Organisation(
            kind=OrganisationKind.COMPANY,
            name=name,
            name_key=normalise_name(name),
            state=OrganisationState.ELIGIBLE,
            state_since=now,
            next_action_by="staff",
            next_action_at=now + timedelta(days=365),
            home_place="E08000025",
            created_at=now,
            updated_at=now,
        )
        session.add_all([user, firm])
        session.flush()
        session.add(
            OrganisationMember(
                organisation_id=firm.id,
                user_id=user.id,
                role=Role.ORGANISATION_OWNER,
                joined_at=now,
                approved_at=now,
            )
        )
        world.firms.append((firm.id, user.id))
    session.flush()
    for chapter_id, user_id in session.execute(select(ChapterLead.chapter_id, ChapterLead.user_id)):
        world.leads.setdefault(chapter_id, []).append(user_id)
    world.staff = list(session.scalars(select(UserRole.user_id).where(UserRole.role == Role.STAFF)))
    known = (
        select(VolunteerMarket.market, VolunteerSector.sector)
        .join(VolunteerSector, VolunteerSector.volunteer_id == VolunteerMarket.volunteer_id)
        .order_by(VolunteerMarket.volunteer_id, VolunteerMarket.market, VolunteerSector.sector)
    )
    world.topics = [(row[0], row[1]) for row in session.execute(known)]
    return world


def written(world: World, rng: Random, now: datetime, asker: str) -> NeedContent:
    """A need that somebody in the network could help with, most of the time."""
    market, sector = rng.choice(world.topics)
    if rng.random() < 0.15:
        sector = rng.choice(world.topics)[1]
    offered = [one.code for one in help_types() if not one.retired]
    return NeedContent(
        goal=rng.choice(GOALS),
        title="Find the first customers there",
        background="We make a good thing at home and have sold some of it nearby.",
        ask="A first call about how this market buys, and whom to speak to.",
        urgent=rng.random() < 0.1,
        consents=rng.random() < 0.85,
        wanted=rng.choices((1, 2, 3), (80, 15, 5))[0],
        deadline_on=(now + timedelta(days=rng.randint(30, 120))).date() if rng.random() < 0.6 else None,
        contact_name=asker,
        contact_email="contact@firm.example",
        topics=Topics((market,), (sector,), tuple(rng.sample(offered, 2))),
    )
