"""A small network to try rules in: a chapter with two leads, staff, a firm that asks, three volunteers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.states import IntroductionState
from network.models import Chapter, Introduction, MailMessage, Need, Organisation, User, Volunteer
from network.needs import operations as needs
from network.needs.operations import NeedContent
from network.needs.queries import Topics
from tests.factories import (
    actor_of,
    make_chapter,
    make_introduction,
    make_lead,
    make_membership,
    make_need,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)


@dataclass
class Scene:
    """Rows by what they are in the story."""

    session: Session
    chapter: Chapter
    lead: User
    second_lead: User
    staff: User
    owner: User
    colleague: User
    stranger: User
    firm: Organisation
    need: Need
    amina: Volunteer
    badr: Volunteer
    carla: Volunteer

    def actor(self, user: User) -> Actor:
        """The actor a user is now."""
        return actor_of(self.session, user)

    def volunteer_actor(self, volunteer: Volunteer) -> Actor:
        """The actor a volunteer is now."""
        return self.actor(self.session.get_one(User, volunteer.user_id))

    @property
    def asker(self) -> Actor:
        """The firm's owner, who asks."""
        return self.actor(self.owner)

    @property
    def broker(self) -> Actor:
        """The chapter's first lead."""
        return self.actor(self.lead)

    @property
    def concierge(self) -> Actor:
        """Network staff."""
        return self.actor(self.staff)

    def introduce(
        self,
        volunteer: Volunteer,
        state: IntroductionState = IntroductionState.OFFERED,
        need: Need | None = None,
        **given: Any,
    ) -> Introduction:
        """The need put to a volunteer, in a state."""
        return make_introduction(self.session, need or self.need, volunteer, state, **given)

    def another_need(self, **given: Any) -> Need:
        """One more need of the firm, owned by the chapter."""
        return make_need(self.session, self.firm, self.owner, **{"owner": self.chapter, **given})


def make_scene(session: Session) -> Scene:
    """Everybody in place; the need is open and owned by the chapter, nobody was asked yet."""
    chapter = make_chapter(session)
    owner, colleague = make_user(session, name="Olive Owner"), make_user(session, name="Col League")
    firm = make_organisation(session, owner=owner, members=[colleague])
    amina, badr, carla = (
        make_volunteer(session, name=name) for name in ("Amina Rahman", "Badr Aziz", "Carla Ruiz")
    )
    for volunteer in (amina, badr, carla):
        make_membership(session, volunteer, chapter)
    return Scene(
        session=session,
        chapter=chapter,
        lead=make_lead(session, chapter),
        second_lead=make_lead(session, chapter, name="Mo Lead"),
        staff=make_staff(session),
        owner=owner,
        colleague=colleague,
        stranger=make_user(session, name="Stra Nger"),
        firm=firm,
        need=make_need(session, firm, owner, owner=chapter),
        amina=amina,
        badr=badr,
        carla=carla,
    )


def content(**given: Any) -> NeedContent:
    """A complete need, as a form would give it."""
    values: dict[str, Any] = {
        "goal": "find_partner",
        "title": "Sell dosing pumps to Gulf utilities",
        "background": "We make dosing pumps for desalination and sell in Spain and Malta.",
        "ask": "A call about how utilities in the Emirates approve a new supplier.",
        "deadline_on": date(2026, 6, 1),
        "contact_name": "Olive Owner",
        "contact_email": "olive@northfield.example",
        "topics": Topics(("AE",), ("energy",), ("market_insight",)),
        **given,
    }
    return NeedContent(**values)


def draft(scene: Scene, clock: FixedClock, **given: Any) -> Need:
    """A draft of the firm's owner."""
    return needs.create_draft(scene.session, scene.asker, scene.firm.id, content(**given), now=clock.now())


def submitted(scene: Scene, clock: FixedClock, **given: Any) -> Need:
    """A need that lies with its owner."""
    return needs.submit_need(scene.session, scene.asker, draft(scene, clock, **given), now=clock.now())


def secret_in(mail: MailMessage) -> str:
    """The secret of the answer link in a mail."""
    return mail.text.split("/answer/", 1)[1].split()[0]
