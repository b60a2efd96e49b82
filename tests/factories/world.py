"""A small world with somebody in every role and rows that only some of them may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from network.domain.rhythm import Rhythm
from network.domain.states import (
    Confidentiality,
    IntroductionState,
    MembershipState,
    MissionKind,
    OrganisationKind,
    RiskState,
    Role,
)
from network.models import Affiliation, Disclosure, Mission, SavedSearch, User
from tests.factories.asks import make_introduction, make_need, make_outcome, make_risk_review
from tests.factories.people import (
    NOW,
    make_chapter,
    make_lead,
    make_membership,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)

PHONE_GIVEN, PHONE_KEPT = "+971 50 555 0177", "+968 9555 0188"
BACKGROUND, ORIGIN = "a valve that nobody else can cast", "grandmother kept a shop in Ludlow"
FIRM_PHONE = "+44 121 496 0155"


@dataclass
class World:
    """People of every role, and rows that only some of them may see."""

    people: dict[str, User | None]
    ids: dict[str, list[Any]] = field(default_factory=dict)


def make_world(session: Session) -> World:
    """A firm, its helper and their chapter in the middle of it, and people of every role around them."""
    firm, colleague, other_firm, office = (
        make_user(session, name=name) for name in ("Fay", "Col", "Ola", "Uni")
    )
    organisation = make_organisation(session, owner=firm, members=[colleague])
    elsewhere = make_organisation(session, owner=other_firm)
    university = make_organisation(session, owner=office, kind=OrganisationKind.UNIVERSITY)
    chapter, other_chapter = make_chapter(session), make_chapter(session, markets=("BR",))
    lead, other_lead = make_lead(session, chapter), make_lead(session, other_chapter)
    helper = make_volunteer(session, chapter=chapter, phone=PHONE_GIVEN, contact_email="given@example.org")
    asked = make_volunteer(
        session, chapter=chapter, name="Bo Kept", phone=PHONE_KEPT, contact_email="kept@example.org"
    )
    newcomer = make_volunteer(session, name="Nia New")
    waiting = make_membership(session, newcomer, chapter, MembershipState.APPLIED)
    session.add(Affiliation(volunteer_id=helper.id, kind="origin", text=ORIGIN, place="E12000005"))
    need = make_need(
        session,
        organisation,
        firm,
        owner=chapter,
        background=BACKGROUND,
        shareable="A casting question.",
        confidentiality=Confidentiality.CONFIDENTIAL,
        wanted=2,
    )
    met = make_introduction(session, need, helper, IntroductionState.MET)
    offered = make_introduction(session, need, asked, IntroductionState.OFFERED)
    session.add_all(
        Disclosure(
            subject_user_id=whose, recipient_user_id=to, introduction_id=met.id, fields="name email phone",
            purpose="introduction", created_at=NOW,
        )
        for whose, to in ((helper.user_id, firm.id), (firm.id, helper.user_id))
    )  # fmt: skip
    outcome = make_outcome(
        session, met, need, reporter_id=firm.id, contact_email="secret.contact@firm.example"
    )
    review = make_risk_review(session, need, state=RiskState.CLEARED, decided_at=NOW, reason="Known to us.")
    mission = Mission(
        name="Water to Oman", kind=MissionKind.DEAL_MAKING, market="OM", starts_on=NOW.date(), ends_on=NOW.date(),
        chapter_id=chapter.id, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(mission)
    saved = SavedSearch(
        user_id=firm.id, name="Valves in Oman", words="valves", filters={"market": ["OM"]}, rhythm=Rhythm.WEEKLY,
        next_at=NOW, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(saved)
    session.flush()
    people: dict[str, User | None] = {
        "visitor": None,
        "volunteer": session.get(User, helper.user_id),
        "other_volunteer": session.get(User, asked.user_id),
        "firm": firm,
        "colleague": colleague,
        "other_firm": other_firm,
        "office": office,
        "lead": lead,
        "other_lead": other_lead,
        "staff": make_staff(session),
        "administrator": make_user(session, name="Ada", roles=[Role.ADMINISTRATOR]),
    }
    return World(
        people,
        {
            "volunteer_id": [helper.id, asked.id, newcomer.id],
            "need_id": [need.id],
            "review_id": [review.id],
            "introduction_id": [met.id, offered.id],
            "outcome_id": [outcome.id],
            "organisation_id": [organisation.id, elsewhere.id, university.id],
            "user_id": [firm.id, helper.user_id],
            "membership_id": [waiting.id],
            "chapter_id": [chapter.id],
            "slug": [chapter.slug],
            "token": ["no-such-token"],
            "member_id": [1],
            "mail_id": [1],
            "failure_id": [1],
            "invitation_id": [1],
            "paper_id": [1],
            "mission_id": [mission.id],
            "search_id": [saved.id],
            "input_id": [1],
            "held_id": [1],
            "concern_id": [1],
            "view_id": [1],
        },
    )
